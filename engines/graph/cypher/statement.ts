import type { LbugValue } from '@ladybugdb/core';
import type { BoltMap } from '../bolt/bolt-value.ts';
import { BoltFailure } from '../bolt/failure.ts';
import { bindParameter } from '../values/bind-parameter.ts';
import { type ParameterType, typeOf, withFields } from '../values/parameter-type.ts';
import { checkStatement, type StatementAccess } from './check-statement.ts';
import { isSymbol, isWord, type Token, tokenize } from './tokens.ts';

/** A statement as it came, understood as far as the engine needs. */
export type Statement = {
  readonly text: string;
  readonly access: StatementAccess;
  readonly tokens: readonly Token[];
  readonly parameters: ReadonlySet<string>;
  readonly fieldReads: readonly FieldRead[];
};

/** Where the statement reads a field of a parameter: `$p.field`, or `row.field` after `UNWIND $p AS row`. */
export type FieldRead = {
  readonly parameter: string;
  readonly field: string;
  /** Indexes of its first and last token. */
  readonly first: number;
  readonly last: number;
};

/** A statement with values, ready for LadybugDB. */
export type BoundStatement = { readonly text: string; readonly values: Record<string, LbugValue> };

/** @throws {BoltFailure} if the engine must not run it */
export function parseStatement(text: string): Statement {
  const tokens = tokenize(text);
  const parameters = new Set(tokens.filter(({ kind }) => kind === 'parameter').map((token) => token.text));
  return { text, tokens, access: checkStatement(tokens), parameters, fieldReads: findFieldReads(tokens) };
}

/**
 * The types of the values the statement uses.
 *
 * @throws {BoltFailure} if a parameter is missing or cannot be carried
 */
export function parameterTypes(statement: Statement, parameters: BoltMap): Map<string, ParameterType> {
  const types = new Map<string, ParameterType>();
  for (const name of statement.parameters) {
    const value = parameters.get(name);
    if (value === undefined) {
      throw new BoltFailure('Neo.ClientError.Statement.ParameterMissing', `Expected parameter(s): ${name}`);
    }
    const reads = statement.fieldReads.filter(({ parameter }) => parameter === name);
    const fields = new Set(reads.map(({ field }) => field));
    const type = typeOf(value, name);
    if (type.kind === 'list' && (type.element.kind === 'struct' || type.element.kind === 'unknown')) {
      types.set(name, { kind: 'list', element: withFields(type.element, fields, name) });
    } else {
      types.set(name, type.kind === 'struct' ? withFields(type, fields, name) : type);
    }
  }
  return types;
}

/** Puts the values in, and says in LadybugDB's words what it calls otherwise. */
export function bindStatement(
  statement: Statement,
  parameters: BoltMap,
  types: ReadonlyMap<string, ParameterType>,
): BoundStatement {
  const { tokens } = statement;
  const values: Record<string, LbugValue> = {};
  const replacements = new Map<number, { readonly last: number; readonly by: string }>();
  // Names of our own: Cypher allows names for parameters that LadybugDB does not.
  const plainNames = new Map([...types.keys()].map((name, at) => [name, `p${at}`]));
  for (const [at, token] of tokens.entries()) {
    const renamed = isSymbol(tokens[at + 1], '(') && !isSymbol(tokens[at - 1], '.') && otherName(token);
    if (renamed) replacements.set(at, { last: at, by: renamed });
    const type = token.kind === 'parameter' ? types.get(token.text) : undefined;
    const plainName = plainNames.get(token.text);
    if (type === undefined || plainName === undefined) continue;
    const value = parameters.get(token.text) ?? null;
    let by = withoutType(type, [value], isWord(tokens[at - 1], 'IN'));
    if (by === undefined) {
      const bound = bindParameter(plainName, value, type);
      values[plainName] = bound.value;
      by = bound.expression;
    }
    replacements.set(at, { last: at, by });
  }
  for (const { parameter, field, first, last } of statement.fieldReads) {
    const type = fieldType(types.get(parameter), field);
    if (type === undefined || isSymbol(tokens[last + 1], '.')) continue;
    const owner = parameters.get(parameter);
    const found = (Array.isArray(owner) ? owner : [owner]).map((map) => map instanceof Map && map.get(field));
    const by = withoutType(type, found, isWord(tokens[first - 1], 'IN'));
    if (by !== undefined) replacements.set(first, { last, by });
  }
  return { text: replaceTokens(statement, replacements), values };
}

/** LadybugDB's own name of a function of Cypher. */
function otherName(token: Token): string | undefined {
  if (isWord(token, 'TYPE')) return 'label';
  return isWord(token, 'TOSTRING') ? 'string' : undefined;
}

/**
 * What to write where the values do not tell their type: one of a known type would have to be of the right one, but a
 * bare null, or a bare empty list, fits anywhere. Behind IN a null crashes LadybugDB 0.19; an empty list does as well.
 */
function withoutType(type: ParameterType, values: readonly unknown[], behindIn: boolean): string | undefined {
  if (type.kind === 'unknown') return behindIn ? '[]' : 'NULL';
  const untyped = type.kind === 'list' && type.element.kind === 'unknown';
  return untyped && values.every((value) => Array.isArray(value) && value.length === 0) ? '[]' : undefined;
}

function fieldType(type: ParameterType | undefined, field: string): ParameterType | undefined {
  if (type?.kind === 'list') return fieldType(type.element, field);
  return type?.kind === 'struct' ? type.fields.get(field) : undefined;
}

function replaceTokens(
  { text, tokens }: Statement,
  replacements: ReadonlyMap<number, { readonly last: number; readonly by: string }>,
): string {
  let result = '';
  let copied = 0;
  for (const [first, token] of tokens.entries()) {
    const replacement = replacements.get(first);
    if (replacement === undefined || token.start < copied) continue;
    result += text.slice(copied, token.start) + replacement.by;
    copied = tokens[replacement.last]?.end ?? token.end;
  }
  return result + text.slice(copied);
}

function findFieldReads(tokens: readonly Token[]): FieldRead[] {
  const reads: FieldRead[] = [];
  /** Names that UNWIND gives the elements of a parameter. */
  const elements = new Map<string, string>();
  for (const [first, token] of tokens.entries()) {
    const [second, third] = [tokens[first + 1], tokens[first + 2]];
    if (token.kind === 'parameter' && isWord(tokens[first - 1], 'UNWIND') && isWord(second, 'AS')) {
      if (third !== undefined) elements.set(third.text, token.text);
    }
    if (!isSymbol(second, '.') || isSymbol(tokens[first - 1], '.')) continue;
    if (third?.kind !== 'word' && third?.kind !== 'quoted') continue;
    const parameter = token.kind === 'parameter' ? token.text : elements.get(token.text);
    if (parameter === undefined || token.kind === 'symbol' || token.kind === 'string') continue;
    reads.push({ parameter, field: third.text, first, last: first + 2 });
  }
  return reads;
}
