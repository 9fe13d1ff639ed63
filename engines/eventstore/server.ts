import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import { PersistentSubscriptionsService } from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { EngineOptions, RunningEngine } from '../engine-process.ts';
import { PersistentGroups } from './persistent/groups.ts';
import { sqliteVersion } from './storage/database.ts';
import { EventLog } from './storage/event-log.ts';
import { appendCall } from './wire/append-call.ts';
import { batchAppendCall } from './wire/batch-append-call.ts';
import { gossipCall, supportedMethodsCall } from './wire/cluster-calls.ts';
import { deleteCall, tombstoneCall } from './wire/delete-calls.ts';
import { persistentCalls } from './wire/persistent-calls.ts';
import { persistentReadCall } from './wire/persistent-read-call.ts';
import { readCall } from './wire/read-call.ts';

/**
 * Larger than any append may be, so that one that is too large gets its answer. gRPC's own limit would end the batch
 * stream instead, and with it every other append on it.
 */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;
const GRACE_MS = 500;

/**
 * Starts the embedded event store: EventStoreDB's gRPC protocol on 127.0.0.1, without TLS and without users, over one
 * SQLite file. Clients connect with `esdb://127.0.0.1:<port>?tls=false`.
 *
 * @throws {Error} if the port is taken or the log cannot be opened
 */
export async function startEventStore({ folder, port, log: logger }: EngineOptions): Promise<RunningEngine> {
  const log = new EventLog(folder);
  const groups = new PersistentGroups(log, (error) =>
    logger.error({ err: error }, 'persistent subscription'),
  );
  const server = new Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': -1,
  });
  let boundPort = port;
  const encoded = (frame: Buffer) => frame;
  server.addService(
    { ...StreamsService, read: { ...StreamsService.read, responseSerialize: encoded } },
    {
      read: readCall(log),
      append: appendCall(log),
      batchAppend: batchAppendCall(log),
      delete: deleteCall(log),
      tombstone: tombstoneCall(log),
    },
  );
  server.addService(
    {
      ...PersistentSubscriptionsService,
      read: { ...PersistentSubscriptionsService.read, responseSerialize: encoded },
    },
    { ...persistentCalls(groups), read: persistentReadCall(groups) },
  );
  server.addService(ServerFeaturesService, { getSupportedMethods: supportedMethodsCall() });
  server.addService(GossipService, { read: gossipCall(() => boundPort) });

  boundPort = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  logger.info({ port: boundPort, folder, head: log.head }, 'event store is listening');

  return {
    port: boundPort,
    version: sqliteVersion(log.database),
    async close() {
      log.queue.drain();
      await groups.close('shutdown');
      await new Promise<void>((resolve) => {
        const force = setTimeout(() => {
          server.forceShutdown();
          resolve();
        }, GRACE_MS);
        server.tryShutdown(() => {
          clearTimeout(force);
          resolve();
        });
      });
      log.close();
    },
  };
}
