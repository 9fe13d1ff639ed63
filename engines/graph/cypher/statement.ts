import type { LbugValue } from '@ladybugdb/core';
import type { BoltMap } from '../bolt/bolt-value.ts';
import { BoltFailure } from '../bolt/failure.ts';
import { bindParameter, hasUnknown, type TypeHints } from '../values/bind-parameter.ts';
import { type ParameterType, typeOf, withFields } from '../values/parameter-type.ts';
import { checkStatement, type StatementAccess } from './check-statement.ts';
import { isSymbol, isWord, type Token, tokenize } from './tokens.ts';

/** A statement as it came, understood as far as the engine needs. */
export type Statement = {
  readonly text: string;
  readonly access: StatementAccess;
  readonly tokens: readonly Token[];
  /** Of each parameter, the fields the statement reads: `$p.field`, or `row.field` after `UNWIND $p AS row`. */
  readonly fieldsRead: ReadonlyMap<string, ReadonlySet<string>>;
};

/** A statement with values, ready for LadybugDB. */
export type BoundStatement = { readonly text: string; readonly values: Record<string, LbugValue> };

/** @throws {BoltFailure} if the engine must not run it */
export function parseStatement(text: string): Statement {
  const tokens = tokenize(text);
  return { text, tokens, access: checkStatement(tokens), fieldsRead: fieldsRead(tokens) };
}

/**
 * The types of the values the statement uses.
 *
 * @throws {BoltFailure} if a parameter is missing or cannot be carried
 */
export function parameterTypes(statement: Statement, parameters: BoltMap): Map<string, ParameterType> {
  const types = new Map<string, ParameterType>();
  for (const [name, fields] of statement.fieldsRead) {
    const value = parameters.get(name);
    if (value === undefined) {
      throw new BoltFailure('Neo.ClientError.Statement.ParameterMissing', `Expected parameter(s): ${name}`);
    }
    const type = typeOf(value, name);
    if (type.kind === 'list' && (type.element.kind === 'struct' || type.element.kind === 'unknown')) {
      types.set(name, { kind: 'list', element: withFields(type.element, fields, name) });
    } else {
      types.set(name, type.kind === 'struct' ? withFields(type, fields, name) : type);
    }
  }
  return types;
}

/** Whether some type is not known from the values, so that the statement must be tried with guesses. */
export function needsHints(types: ReadonlyMap<string, ParameterType>): boolean {
  return [...types.values()].some((type) => type.kind !== 'unknown' && hasUnknown(type));
}

/** Puts the values in, and says in LadybugDB's words what it calls otherwise. */
export function bindStatement(
  statement: Statement,
  parameters: BoltMap,
  types: ReadonlyMap<string, ParameterType>,
  hints: TypeHints,
): BoundStatement {
  const values: Record<string, LbugValue> = {};
  const expressions = new Map<string, string>();
  for (const [name, type] of types) {
    // A name of our own: Cypher allows names for parameters that LadybugDB does not.
    const plainName = `p${expressions.size}`;
    const bound = bindParameter(plainName, parameters.get(name) ?? null, type, hints);
    values[plainName] = bound.value;
    expressions.set(name, bound.expression);
  }
  let text = '';
  let at = 0;
  const replace = (start: number, end: number, by: string) => {
    text += statement.text.slice(at, start) + by;
    at = end;
  };
  for (const [index, token] of statement.tokens.entries()) {
    if (token.kind === 'parameter') replace(token.start, token.end, expressions.get(token.text) ?? '');
    else if (isTypeCall(statement.tokens, index)) replace(token.start, token.end, 'label');
  }
  return { text: text + statement.text.slice(at), values };
}

/** `type(r)`, which LadybugDB calls `label(r)`. */
function isTypeCall(tokens: readonly Token[], index: number): boolean {
  return (
    isWord(tokens[index], 'TYPE') && isSymbol(tokens[index + 1], '(') && !isSymbol(tokens[index - 1], '.')
  );
}

function fieldsRead(tokens: readonly Token[]): Map<string, Set<string>> {
  const fields = new Map<string, Set<string>>();
  const aliases = new Map<string, Set<string>>();
  for (const [at, token] of tokens.entries()) {
    if (token.kind === 'parameter') {
      const found = fields.get(token.text) ?? new Set<string>();
      fields.set(token.text, found);
      const alias = tokens[at + 2];
      if (isWord(tokens[at - 1], 'UNWIND') && isWord(tokens[at + 1], 'AS') && alias !== undefined) {
        aliases.set(alias.text, found);
      }
    }
    const field = tokens[at + 2];
    if (!isSymbol(tokens[at + 1], '.') || (field?.kind !== 'word' && field?.kind !== 'quoted')) continue;
    const owner = token.kind === 'parameter' ? fields.get(token.text) : aliases.get(token.text);
    if (token.kind !== 'symbol') owner?.add(field.text);
  }
  return fields;
}
