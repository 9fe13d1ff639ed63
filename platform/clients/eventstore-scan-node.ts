import { readFileSync } from 'node:fs';
import type { SecureClientSessionOptions } from 'node:http2';
import { discoverEndpoint } from '@eventstore/db-client/dist/Client/discovery.js';
import {
  type ConnectionOptions,
  parseConnectionString,
} from '@eventstore/db-client/dist/Client/parseConnectionString.js';
import { credentials } from '@grpc/grpc-js';
import { mapProxyName } from '@grpc/grpc-js/build/src/http_proxy.js';
import { EventStoreUnavailableError } from '#platform/event-store';

/** What is needed to open a connection of one's own to a node of the log's server. */
export type ScanNode = {
  /** `http://host:port`, or `https:`. */
  readonly url: string;
  readonly tls: SecureClientSessionOptions;
  /** Sent with each call. */
  readonly headers: Readonly<Record<string, string>>;
  readonly connectTimeoutMs: number;
  /** A server that answers no ping within the timeout has gone; undefined if none are to be sent. */
  readonly keepAlive: { readonly intervalMs: number; readonly timeoutMs: number } | undefined;
};

/** Where the official client keeps it, and where it stands in the connection string. */
const defaults = { connectTimeoutMs: 10_000, keepAliveMs: 10_000 };

/**
 * Finds the node that a connection string means, as the official client does: with its parser and its gossip.
 *
 * @returns undefined if the node is reached in a way that only gRPC's own client knows (through a proxy)
 * @throws {EventStoreUnavailableError} if no node of a cluster answers
 * @throws {Error} if the string is none, or a certificate cannot be read
 */
export async function findScanNode(connectionString: string): Promise<ScanNode | undefined> {
  const options = parseConnectionString(connectionString);
  const tls = options.tls === false ? undefined : readTls(options);
  const { address, port } = await endpointOf(options, tls);
  const host = `${address}:${port}`;
  if (mapProxyName({ scheme: 'dns', path: host }, {}).target.path !== host) return undefined;
  const { keepAliveInterval = defaults.keepAliveMs, keepAliveTimeout = defaults.keepAliveMs } = options;
  return {
    url: `${tls ? 'https' : 'http'}://${host}`,
    tls: tls ?? {},
    headers: {
      'connection-name': options.connectionName ?? 'casefold-scan',
      // Over a connection that anyone can read, the client sends no credentials either.
      ...(tls && options.defaultCredentials && { authorization: basic(options.defaultCredentials) }),
    },
    connectTimeoutMs: options.defaultDeadline ?? defaults.connectTimeoutMs,
    keepAlive:
      keepAliveInterval < 0
        ? undefined
        : { intervalMs: keepAliveInterval, timeoutMs: keepAliveTimeout < 0 ? 2 ** 31 - 1 : keepAliveTimeout },
  };
}

type Tls = { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };

/** Paths are relative to the working directory. */
function readTls({ tlsCAFile, userCertFile, userKeyFile }: ConnectionOptions): Tls {
  return {
    ...(tlsCAFile && { ca: readFileSync(tlsCAFile) }),
    ...(userCertFile && { cert: readFileSync(userCertFile) }),
    ...(userKeyFile && { key: readFileSync(userKeyFile) }),
  };
}

/** One host is the node itself; several, or `esdb+discover://`, are asked which node to take. */
async function endpointOf(options: ConnectionOptions, tls: Tls | undefined) {
  const { hosts, dnsDiscover, nodePreference, discoveryInterval, gossipTimeout, maxDiscoverAttempts } =
    options;
  const [first, ...others] = hosts;
  if (!first) throw new Error('The connection string names no host.');
  if (!dnsDiscover && others.length === 0) return first;
  const channel = tls
    ? credentials.createSsl(tls.ca ?? null, tls.key ?? null, tls.cert ?? null)
    : credentials.createInsecure();
  const seeds = dnsDiscover ? { discover: first } : { endpoints: hosts };
  const settings = { nodePreference, discoveryInterval, gossipTimeout, maxDiscoverAttempts };
  try {
    return await discoverEndpoint({ ...seeds, ...settings }, channel);
  } catch (error) {
    throw new EventStoreUnavailableError('No node of the log (EventStoreDB) was found.', { cause: error });
  }
}

const basic = ({ username, password }: { username: string; password: string }) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
