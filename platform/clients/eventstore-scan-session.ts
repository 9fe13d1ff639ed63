import { type ClientHttp2Session, connect } from 'node:http2';
import type { ScanNode } from './eventstore-scan-node.ts';

/** What the server may send before it is read, in bytes: enough for a fast network, too little to fill the memory. */
const windowBytes = 4 * 1024 * 1024;

/**
 * Opens an HTTP/2 connection that ends itself, and the calls over it with an error, when it cannot be made or the server
 * answers no more.
 */
export function openSession(node: ScanNode): ClientHttp2Session {
  const settings = { enablePush: false, initialWindowSize: windowBytes };
  const session = connect(node.url, { ...node.tls, settings });
  const connecting = setTimeout(
    () => session.destroy(new Error(`No connection within ${node.connectTimeoutMs} ms.`)),
    node.connectTimeoutMs,
  );
  session.once('connect', () => {
    clearTimeout(connecting);
    // Whoever ended it a moment ago hears of the connection all the same.
    if (session.destroyed) return;
    session.setLocalWindowSize(windowBytes);
    if (node.keepAlive) keepAlive(session, node.keepAlive);
  });
  session.once('close', () => clearTimeout(connecting));
  // Each call over it hears of it too, and tells.
  session.on('error', () => {});
  return session;
}

/** Pings, and gives up when the answer stays out: a server that vanished closes no connection. */
function keepAlive(
  session: ClientHttp2Session,
  { intervalMs, timeoutMs }: { readonly intervalMs: number; readonly timeoutMs: number },
): void {
  let waiting: NodeJS.Timeout | undefined;
  const stopWaiting = () => {
    clearTimeout(waiting);
    waiting = undefined;
  };
  const expire = () => {
    if (waiting) session.destroy(new Error(`No answer to a ping within ${timeoutMs} ms.`));
  };
  const interval = setInterval(() => {
    if (waiting) return;
    // Whoever blocked the loop for that long finds the answer there, but behind the timer: it is read first.
    waiting = setTimeout(() => setImmediate(expire), timeoutMs);
    session.ping(stopWaiting);
  }, intervalMs);
  session.once('close', () => {
    clearInterval(interval);
    stopWaiting();
  });
}
