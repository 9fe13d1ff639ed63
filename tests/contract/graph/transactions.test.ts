import { Neo4jError } from 'neo4j-driver';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type GraphUnderTest, graphs } from './graph-under-test.ts';
import { openLine } from './line.ts';

describe.each(graphs)('transactions over Bolt, $name', ({ open }) => {
  let graph: GraphUnderTest;
  beforeAll(async () => {
    graph = await open();
  });
  afterAll(() => graph.close());
  beforeEach(async () => {
    await graph.driver.executeQuery('MATCH (n:TestDocument) DETACH DELETE n');
  });

  const create = 'CREATE (:TestDocument {id: $id})';
  const ids = async (): Promise<string[]> => {
    // For reading: a reader sees a snapshot, where a writer would wait for the open transaction.
    const { records } = await graph.driver.executeQuery(
      'MATCH (d:TestDocument) RETURN d.id AS id ORDER BY id',
      {},
      { routing: 'READ' },
    );
    return records.map((record) => record.get('id'));
  };
  const failure = async (work: Promise<unknown>): Promise<Neo4jError> => {
    try {
      await work;
    } catch (error) {
      if (error instanceof Neo4jError) return error;
      throw error;
    }
    throw new Error('It did not fail.');
  };

  test('commit keeps, rollback and a closed session drop', async () => {
    const session = graph.driver.session();
    const kept = await session.beginTransaction();
    await kept.run(create, { id: 'kept' });
    await kept.commit();
    const dropped = await session.beginTransaction();
    await dropped.run(create, { id: 'dropped' });
    await dropped.rollback();
    const abandoned = await session.beginTransaction();
    await abandoned.run(create, { id: 'abandoned' });
    await session.close();
    expect(await ids()).toEqual(['kept']);
  });

  test('an open transaction is unseen by others and sees itself', async () => {
    const session = graph.driver.session();
    const transaction = await session.beginTransaction();
    await transaction.run(create, { id: 'mine' });
    expect(await ids()).toEqual([]);
    const inside = await transaction.run('MATCH (d:TestDocument) RETURN count(*) AS n');
    expect(inside.records[0]?.get('n').toNumber()).toBe(1);
    await transaction.commit();
    await session.close();
    expect(await ids()).toEqual(['mine']);
  });

  test('a failed statement ends its transaction, and nothing after it slips through', async () => {
    const session = graph.driver.session();
    const transaction = await session.beginTransaction();
    await transaction.run(create, { id: 'a' });
    const error = await failure(transaction.run(create, { id: 'a' }).then());
    expect(error.code).toBe('Neo.ClientError.Schema.ConstraintValidationFailed');
    await failure(transaction.run(create, { id: 'b' }).then());
    await failure(transaction.commit());
    // The session itself goes on.
    await session.run(create, { id: 'c' });
    await session.close();
    expect(await ids()).toEqual(['c']);
  });

  test('several results may be open in one transaction', async () => {
    const session = graph.driver.session({ fetchSize: 2 });
    const sums = await session.executeRead(async (transaction) => {
      const first = transaction.run('UNWIND range(1, 9) AS n RETURN n')[Symbol.asyncIterator]();
      const second = transaction.run('UNWIND range(11, 19) AS n RETURN n')[Symbol.asyncIterator]();
      const seen: number[] = [];
      for (;;) {
        const [a, b] = [await first.next(), await second.next()];
        if (a.done || b.done) return seen;
        seen.push(a.value.get('n').toNumber() + b.value.get('n').toNumber());
      }
    });
    await session.close();
    expect(sums).toEqual([12, 14, 16, 18, 20, 22, 24, 26, 28]);
  });

  test('many writers at once all get their turn', async () => {
    await graph.driver.executeQuery('CREATE (:TestDocument {id: $id, year: 0})', { id: 'counter' });
    await Promise.all(
      Array.from({ length: 64 }, async (_, at) => {
        const session = graph.driver.session();
        await session.executeWrite(async (transaction) => {
          await transaction.run("MATCH (d:TestDocument {id: 'counter'}) SET d.year = d.year + 1");
          await transaction.run(create, { id: `writer-${at}` });
        });
        await session.close();
      }),
    );
    const { records } = await graph.driver.executeQuery(
      "MATCH (d:TestDocument {id: 'counter'}) RETURN d.year AS year",
    );
    expect(records[0]?.get('year').toNumber()).toBe(64);
    expect(await ids()).toHaveLength(65);
  });

  test('a client that vanishes in the middle of a transaction leaves nothing and blocks nobody', async () => {
    const { address } = await graph.driver.getServerInfo();
    const line = await openLine(String(address));
    const vanishing = graph.connectAt(`bolt://127.0.0.1:${line.port}`);
    const transaction = await vanishing.session().beginTransaction();
    await transaction.run(create, { id: 'vanished' });
    // The next writer is waiting already when it happens, and nobody tries again for it.
    const session = graph.driver.session();
    const next = session.run(create, { id: 'next' }).then();
    line.cut();
    await next;
    await session.close();
    expect(await ids()).toEqual(['next']);
    await vanishing.close();
    await line.close();
  });

  test('a session for reading cannot write', async () => {
    const session = graph.driver.session();
    const error = await failure(session.executeRead((transaction) => transaction.run(create, { id: 'x' })));
    expect(error.code).toBe('Neo.ClientError.Statement.AccessMode');
    await session.close();
    expect(await ids()).toEqual([]);
  });

  test.each([
    ['a typing error', 'MATHC (n) RETURN n', 'Neo.ClientError.Statement.SyntaxError'],
    ['a broken pattern', 'MATCH (n RETURN n', 'Neo.ClientError.Statement.SyntaxError'],
    ['a missing parameter', 'RETURN $absent AS x', 'Neo.ClientError.Statement.ParameterMissing'],
    ['columns of one name', 'RETURN 1 AS a, 2 AS a', 'Neo.ClientError.Statement.SyntaxError'],
  ])('%s is named, and the session goes on', async (_, query, code) => {
    const session = graph.driver.session();
    const error = await failure(session.run(query).then());
    expect(error.code).toBe(code);
    expect(error.retriable).toBe(false);
    expect((await session.run('RETURN 1 AS one')).records).toHaveLength(1);
    await session.close();
  });

  test('an unfinished result does not stop the next transaction', async () => {
    const session = graph.driver.session({ fetchSize: 10 });
    const transaction = await session.beginTransaction();
    for await (const _ of transaction.run('UNWIND range(1, 1000) AS n RETURN n')) break;
    await transaction.commit();
    await session.run(create, { id: 'after' });
    await session.close();
    expect(await ids()).toEqual(['after']);
  });
});
