import { BoltFailure } from '../bolt/failure.ts';
import { refuseSettingMatchedRelationship } from './check-merge.ts';
import { isSymbol, isWord, type Token } from './tokens.ts';

const aggregates = ['COUNT', 'SUM', 'AVG', 'MIN', 'MAX', 'COLLECT', 'STDEV'];
const queryStarts = [
  'MATCH',
  'OPTIONAL',
  'UNWIND',
  'WITH',
  'RETURN',
  'CREATE',
  'MERGE',
  'CALL',
  'EXPLAIN',
  'PROFILE',
];

const writingWords = ['CREATE', 'MERGE', 'SET', 'DELETE', 'REMOVE'];
/** The procedures known to change nothing; any other is taken for one that writes. */
const readingProcedures = ['SHOW_TABLES', 'TABLE_INFO', 'SHOW_CONNECTION', 'SHOW_FUNCTIONS', 'DB_VERSION'];

/** What a statement may do; a schema statement changes tables. */
export type StatementAccess = 'read' | 'write' | 'schema';

/**
 * Lets a statement through only if the engine can run it safely.
 *
 * @throws {BoltFailure} for several statements in one, for those that touch files or the session (COPY, ATTACH, BEGIN …),
 *   and for what crashes LadybugDB 0.19 (`IN NULL`, an aggregate after a DISTINCT one, ON MATCH SET of a relationship)
 */
export function checkStatement(tokens: readonly Token[]): StatementAccess {
  const [first, second] = tokens;
  const separator = tokens.findIndex((token) => isSymbol(token, ';'));
  if (separator !== -1 && separator < tokens.length - 1) {
    throw new BoltFailure('Neo.ClientError.Statement.SyntaxError', 'Send one statement at a time.');
  }
  if (isWord(first, 'ALTER', 'DROP') || (isWord(first, 'CREATE') && isWord(second, 'NODE', 'REL')))
    return 'schema';
  if (!isWord(first, ...queryStarts)) {
    throw new BoltFailure(
      'Neo.ClientError.Statement.SyntaxError',
      `A statement cannot start with "${first?.text ?? ''}" here. Use Cypher's reading, writing and RETURN clauses.`,
    );
  }
  for (const [at, token] of tokens.entries()) {
    if (isWord(token, 'LOAD', 'COPY') && isWord(tokens[at + 1], 'FROM') && !isSymbol(tokens[at - 1], '.')) {
      throw new BoltFailure('Neo.ClientError.Statement.SyntaxError', 'Reading files is not allowed.');
    }
    if (isWord(token, 'IN') && isWord(tokens[at + 1], 'NULL')) {
      throw new BoltFailure(
        'Neo.ClientError.Statement.SyntaxError',
        'Nothing is IN NULL. Use an empty list.',
      );
    }
  }
  refuseAggregateAfterDistinct(tokens);
  refuseSettingMatchedRelationship(tokens);
  return tokens.some((_, at) => mayWrite(tokens, at)) ? 'write' : 'read';
}

/** Errs towards writing: that only costs a turn in the queue. */
function mayWrite(tokens: readonly Token[], at: number): boolean {
  if (isSymbol(tokens[at - 1], '.')) return false;
  if (isWord(tokens[at], 'CALL')) return !isWord(tokens[at + 1], ...readingProcedures);
  return isWord(tokens[at], ...writingWords);
}

/**
 * LadybugDB 0.19 corrupts whatever is aggregated after a DISTINCT aggregate in the same RETURN or WITH, up to a crash
 * of the process, so such a statement never reaches it.
 */
function refuseAggregateAfterDistinct(tokens: readonly Token[]): void {
  let distinctSeen = false;
  for (const [at, token] of tokens.entries()) {
    if (isWord(token, 'RETURN', 'WITH')) distinctSeen = false;
    if (!isWord(token, ...aggregates) || !isSymbol(tokens[at + 1], '(')) continue;
    if (distinctSeen) {
      throw new BoltFailure(
        'Neo.ClientError.Statement.SyntaxError',
        'An aggregate stands after a DISTINCT aggregate in the same RETURN or WITH, which the embedded graph engine cannot compute. Put the DISTINCT aggregate last, and use only one.',
      );
    }
    distinctSeen = isWord(tokens[at + 2], 'DISTINCT');
  }
}
