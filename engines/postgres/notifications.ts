import type { SessionEffects } from './sql-text.ts';

type ChannelChange = SessionEffects['channels'][number];

/**
 * Which connection listens to which channel. The one session listens to all of them; what it hears is handed to every
 * connection that asked. A LISTEN inside a transaction counts once the transaction commits, as in PostgreSQL.
 */
export class Channels<Connection> {
  readonly #listeners = new Map<string, Set<Connection>>();
  readonly #pending = new Map<Connection, ChannelChange[]>();

  listeners(channel: string): Iterable<Connection> {
    return this.#listeners.get(channel) ?? [];
  }

  /** Remembers a change that PostgreSQL accepted, until {@link settle}. */
  add(connection: Connection, changes: readonly ChannelChange[]): void {
    if (changes.length === 0) return;
    this.#pending.set(connection, [...(this.#pending.get(connection) ?? []), ...changes]);
  }

  /**
   * The connection's transaction has ended.
   * @returns channels the session stopped listening to for this connection though others still want them
   */
  settle(connection: Connection, committed: boolean): string[] {
    const changes = this.#pending.get(connection);
    if (!changes) return [];
    this.#pending.delete(connection);
    if (!committed) return [];
    const lost: string[] = [];
    for (const { kind, channel } of changes) {
      if (kind === 'LISTEN') {
        const set = this.#listeners.get(channel) ?? new Set();
        this.#listeners.set(channel, set.add(connection));
      } else {
        lost.push(...(channel === '*' ? this.#listeners.keys() : [channel]));
        this.#remove(connection, channel);
      }
    }
    return [...new Set(lost)].filter((channel) => this.#listeners.has(channel));
  }

  /** Forgets a connection. @returns channels nobody listens to any more */
  forget(connection: Connection): string[] {
    this.#pending.delete(connection);
    return this.#remove(connection, '*');
  }

  #remove(connection: Connection, channel: string): string[] {
    const abandoned: string[] = [];
    for (const [name, set] of this.#listeners) {
      if (channel !== '*' && channel !== name) continue;
      if (!set.delete(connection) || set.size > 0) continue;
      this.#listeners.delete(name);
      abandoned.push(name);
    }
    return abandoned;
  }
}

/** `LISTEN` or `UNLISTEN` for channels by their exact names. */
export function channelStatements(verb: 'LISTEN' | 'UNLISTEN', channels: readonly string[]): string {
  return channels.map((channel) => `${verb} "${channel.replaceAll('"', '""')}"`).join('; ');
}
