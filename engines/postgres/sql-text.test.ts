import { expect, test } from 'vitest';
import { sessionEffects } from './sql-text.ts';

test.each([
  ['COPY t FROM STDIN', 1],
  ['  -- load\n copy "My Table" (a, b) from stdin WITH (FORMAT csv);', 1],
  ['/* /* nested */ COPY x FROM STDIN */ SELECT 1', 0],
  ['COPY a FROM STDIN; COPY b FROM STDIN', 2],
  ['COPY (SELECT a FROM stdin) TO STDOUT', 0],
  ["SELECT 'COPY t FROM STDIN; COPY t FROM STDIN'", 0],
  ["SELECT E'it\\'s; COPY t FROM STDIN'", 0],
  ['DO $body$ BEGIN PERFORM 1; COPY t FROM STDIN; END $body$', 0],
  ['SELECT $$; COPY t FROM STDIN$$; COPY t FROM STDIN', 1],
  ["COPY t FROM '/tmp/stdin'", 0],
])('%s asks the client for rows %i times', (sql, times) => {
  expect(sessionEffects(sql).copies).toHaveLength(times);
});

test('the format of the rows is recognised', () => {
  const binary = (sql: string) => sessionEffects(sql).copies.map((copy) => copy.binary);
  expect(binary('COPY t FROM STDIN (FORMAT binary)')).toEqual([true]);
  expect(binary('COPY t FROM STDIN WITH BINARY')).toEqual([true]);
  expect(binary('COPY t FROM STDIN (FORMAT csv)')).toEqual([false]);
});

test('channels are named as PostgreSQL names them', () => {
  expect(sessionEffects('LISTEN Jobs; listen "Jobs ""x"""; UNLISTEN *;').channels).toEqual([
    { kind: 'LISTEN', channel: 'jobs' },
    { kind: 'LISTEN', channel: 'Jobs "x"' },
    { kind: 'UNLISTEN', channel: '*' },
  ]);
  expect(sessionEffects("SELECT 'LISTEN a'").channels).toEqual([]);
});

test('set_config is noticed, a plain SET is left to its command tag', () => {
  expect(sessionEffects("SELECT set_config('a.b', '1', false)").setsConfig).toBe(true);
  expect(sessionEffects('UPDATE t SET a = 1').setsConfig).toBe(false);
});
