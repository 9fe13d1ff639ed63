import { isIPv6 } from 'node:net';

/** Listening everywhere is no address to go to; the machine itself is reached over its loopback. */
const loopbackOf: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

const httpUrl = (host: string, port: number) => `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;

/** Where programs on this machine reach a server that listens on a host. */
export const localUrl = (host: string, port: number): string => httpUrl(loopbackOf[host] ?? host, port);

/** Where a person on this machine reaches it: by the name that browsers take for secure. */
export const personUrl = (host: string, port: number): string =>
  httpUrl(['127.0.0.1', '0.0.0.0', '::'].includes(host) ? 'localhost' : host, port);
