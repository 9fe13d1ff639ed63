import { expect, test } from 'vitest';
import { type BoltValue, boltMap } from '../bolt/bolt-value.ts';
import { bindStatement, parameterTypes, parseStatement } from './statement.ts';

function bind(text: string, values: Record<string, BoltValue> = {}) {
  const statement = parseStatement(text);
  const parameters = boltMap(values);
  return bindStatement(statement, parameters, parameterTypes(statement, parameters));
}

const rows = (...all: Record<string, BoltValue>[]) => all.map(boltMap);

test('plain rows go as they are', () => {
  expect(
    bind('UNWIND $rows AS row RETURN row.id AS id', { rows: rows({ id: 'a', n: 1n }, { n: 2n }) }),
  ).toEqual({
    text: 'UNWIND $p0 AS row RETURN row.id AS id',
    values: {
      p0: [
        { id: 'a', n: 1 },
        { id: null, n: 2 },
      ],
    },
  });
});

test('whole floats go as text and through CAST, or they would become integers', () => {
  expect(bind('RETURN $x AS x', { x: 3 })).toEqual({
    text: 'RETURN CAST($p0 AS DOUBLE) AS x',
    values: { p0: '3' },
  });
  expect(bind('UNWIND $r AS row RETURN row.w', { r: rows({ w: 1 }, { w: 0.5 }) })).toEqual({
    text: 'UNWIND CAST($p0 AS STRUCT(w DOUBLE)[]) AS row RETURN row.w',
    values: { p0: [{ w: '1' }, { w: '0.5' }] },
  });
});

test('a field without any value becomes a bare null, which fits any type', () => {
  expect(
    bind('UNWIND $r AS row MERGE (d:D {id: row.id}) SET d.n = row.n', { r: rows({ id: 'a', n: null }) }).text,
  ).toBe('UNWIND list_slice($p0, 2, 2) AS row MERGE (d:D {id: row.id}) SET d.n = NULL');
  expect(bind('UNWIND $r AS row RETURN row.a AS a', { r: [] })).toEqual({
    text: 'UNWIND list_slice($p0, 2, 1) AS row RETURN NULL AS a',
    values: { p0: [{ a: '' }] },
  });
  expect(bind('MATCH (d:D) WHERE d.n IN $n RETURN d', { n: null }).text).toBe(
    'MATCH (d:D) WHERE d.n IN [] RETURN d',
  );
});

test('quotes and comments are left alone, function names are translated', () => {
  expect(bind(`RETURN '$x type(r)' AS a, n.type AS b, type(r) AS c /* $x */ // $y`).text).toBe(
    `RETURN '$x type(r)' AS a, n.type AS b, label(r) AS c /* $x */ // $y`,
  );
});

test('nothing in a value or a key reaches the text of the statement', () => {
  const key = 'a STRING)[]) AS row DETACH DELETE row //';
  expect(() => bind('UNWIND $r AS row RETURN row', { r: rows({ [key]: 1 }) })).toThrow('cannot be used');
});

test.each([
  ['MATCH (n) RETURN n', 'read'],
  ['MATCH (n) RETURN n.set AS created', 'read'],
  ['CALL show_tables() RETURN *', 'read'],
  ['CALL something_else()', 'write'],
  ['MATCH (n) set n.a = 1', 'write'],
  ["RETURN 'CREATE' AS x", 'read'],
  ['CREATE (n:A)', 'write'],
  ['CREATE NODE TABLE A(id STRING, PRIMARY KEY(id))', 'schema'],
  ['ALTER TABLE A ADD b STRING', 'schema'],
])('%s: %s', (text, access) => {
  expect(parseStatement(text).access).toBe(access);
});

test.each([
  'RETURN 1; RETURN 2',
  "COPY A FROM 'file.csv'",
  "LOAD FROM '/etc/passwd' RETURN *",
  "MATCH (n) LOAD FROM '/etc/passwd' RETURN *",
  "ATTACH 'x' AS y",
  'BEGIN TRANSACTION',
  'MATCH (n) WHERE n.a IN NULL RETURN n',
  'MATCH (n) RETURN count(DISTINCT n) AS a, count(*) AS b',
  'MATCH (n) WITH collect( DISTINCT n.x) AS a, sum(n.y) AS b RETURN a, b',
  '',
])('%s does not reach the engine', (text) => {
  expect(() => parseStatement(text)).toThrow();
});

test('a DISTINCT aggregate is fine when it is last', () => {
  parseStatement('MATCH (n) WITH count(DISTINCT n) AS a RETURN sum(a) AS b, count(DISTINCT a) AS c');
});
