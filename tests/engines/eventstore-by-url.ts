import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { newFolder, startEngine } from '../contract/eventstore/engine.ts';
import type { RealServer } from './real-server.ts';

/** Event types and streams that a log in use holds, the contract suite's own among them. */
const others = ['Numbered', 'DocumentUploaded', 'Somebody’s Größe'];

/**
 * The embedded event store as a server that somebody else runs: reached by its URL alone, restarted by a command, and
 * not empty. What the contract suite does with it, it can do with any EventStoreDB.
 */
export async function startEventStoreByUrl(): Promise<RealServer> {
  const folder = newFolder();
  let engine = await startEngine(folder);
  const { port, url } = engine;
  const kill = () => engine.kill();
  const start = async () => {
    engine = await startEngine(folder, port);
  };
  await fill(url);
  const control = createServer((_, response) => {
    kill()
      .then(start)
      .then(
        () => response.end(),
        (error) => response.writeHead(500).end(String(error)),
      );
  }).listen(0, '127.0.0.1');
  await once(control, 'listening');
  const address = control.address();
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  const request = `const { ok } = await fetch("http://127.0.0.1:${address.port}"); if (!ok) process.exit(1)`;
  return {
    settings: {
      EVENTSTORE_URL: url,
      EVENTSTORE_RESTART_COMMAND: `"${process.execPath}" --input-type=module -e '${request}'`,
    },
    version: 'the embedded engine by its URL, in use: no EventStoreDB is packaged for Debian or Maven',
    kill,
    start,
    async stop() {
      control.close();
      await engine.stop();
    },
  };
}

/** Writes what the suite must not trip over: events of others before its own, deleted streams, a group with a backlog. */
async function fill(url: string): Promise<void> {
  const client = EventStoreDBClient.connectionString(url);
  for (let stream = 0; stream < 30; stream++) {
    const events = Array.from({ length: 100 }, (_, number) =>
      jsonEvent({ id: randomUUID(), type: others[number % others.length] ?? '', data: { number } }),
    );
    await client.appendToStream(`case-${stream}`, events);
  }
  await client.deleteStream('case-1');
  await client.tombstoneStream('case-2');
  await client.setStreamMetadata('case-3', { maxCount: 10 });
  await client.dispose();
}
