import { BoltFailure } from '../bolt/failure.ts';
import { isSymbol, isWord, type Token } from './tokens.ts';

/** What ends the assignments of a SET. */
const clauseStarts = [
  'ON',
  'MATCH',
  'OPTIONAL',
  'UNWIND',
  'WITH',
  'RETURN',
  'CREATE',
  'MERGE',
  'SET',
  'DELETE',
  'DETACH',
  'REMOVE',
  'CALL',
  'UNION',
];

/**
 * LadybugDB 0.19 crashes, process and all, when a MERGE makes a relationship, meets the same one again in a later row
 * of the same statement, and sets more than one of its properties there by ON MATCH SET. (One is fine, and so is any
 * number by a SET behind the MERGE, however often the relationship comes.) What the rows hold cannot be told from the
 * statement, so none with such a clause reaches it.
 *
 * @throws {BoltFailure} for such a statement
 */
export function refuseSettingMatchedRelationship(tokens: readonly Token[]): void {
  let relationships = new Set<string>();
  let assigned = new Map<string, number>();
  for (const [at, token] of tokens.entries()) {
    if (isWord(token, 'MERGE')) {
      relationships = relationshipsOf(tokens, at + 1);
      assigned = new Map();
    }
    if (!isWord(token, 'ON') || !isWord(tokens[at + 1], 'MATCH') || !isWord(tokens[at + 2], 'SET')) continue;
    for (const name of assignedTo(tokens, at + 3)) {
      if (!relationships.has(name)) continue;
      assigned.set(name, (assigned.get(name) ?? 0) + 1);
      if (assigned.get(name) === 2)
        throw new BoltFailure(
          'Neo.ClientError.Statement.SyntaxError',
          `ON MATCH SET of several properties of the relationship "${name}" crashes the embedded graph engine when the relationship comes twice. Write a SET behind the MERGE instead.`,
        );
    }
  }
}

/** The variables of the relationships in the pattern that begins there. */
function relationshipsOf(tokens: readonly Token[], start: number): Set<string> {
  const names = new Set<string>();
  for (let at = start; at < tokens.length && !isWord(tokens[at], ...clauseStarts); at++) {
    const name = tokens[at + 1];
    if (isSymbol(tokens[at], '[') && isSymbol(tokens[at - 1], '-') && isName(name)) names.add(name.text);
  }
  return names;
}

/** The variables whose properties are assigned to, once for each assignment, up to the next clause. */
function* assignedTo(tokens: readonly Token[], start: number): Generator<string> {
  let depth = 0;
  for (let at = start; at < tokens.length; at++) {
    const token = tokens[at];
    if (depth === 0 && isWord(token, ...clauseStarts) && !isSymbol(tokens[at - 1], '.')) return;
    if (['(', '[', '{'].some((symbol) => isSymbol(token, symbol))) depth++;
    if ([')', ']', '}'].some((symbol) => isSymbol(token, symbol))) depth--;
    const isFirst = at === start || (depth === 0 && isSymbol(tokens[at - 1], ','));
    if (isFirst && isName(token)) yield token.text;
  }
}

const isName = (token: Token | undefined): token is Token =>
  token?.kind === 'word' || token?.kind === 'quoted';
