import type { Batch } from './batch.ts';

/** Runs a statement of the engine's own; see `Database.query`. */
type Query = (sql: string) => (string | null)[][];

/**
 * Settings (`SET`, start-up options) of each client in the one session they share: put in place when a client's turn
 * begins, taken away when another's does. Clients that set nothing, or all the same, cost nothing.
 */
export class ClientSettings<Client extends object> {
  readonly #query: Query;
  readonly #settings = new WeakMap<Client, ReadonlyMap<string, string>>();
  #current: Client | null = null;
  /** The current client has run a SET whose outcome is not known yet. */
  #changed = false;

  constructor(query: Query) {
    this.#query = query;
  }

  /** What the client asked for when it connected. */
  begin(client: Client, settings: ReadonlyMap<string, string>): void {
    this.#settings.set(client, settings);
  }

  /** The client, whose turn it is, may have changed a setting for more than its transaction. */
  changed(): void {
    this.#changed = true;
  }

  /** It is this client's turn. To be called outside a transaction. Throws if a start-up option has no valid value. */
  enter(client: Client): void {
    if (this.#current === client) return;
    const inPlace = this.#leave();
    const wanted = this.#settings.get(client) ?? NONE;
    if (!isSame(inPlace, wanted)) {
      if (inPlace.size > 0) this.#query('RESET ALL');
      this.#current = null;
      if (wanted.size > 0) this.#query(`SELECT ${[...wanted].map(setConfig).join(', ')}`);
    }
    this.#current = client;
  }

  /** @returns the settings the session has now */
  #leave(): ReadonlyMap<string, string> {
    const client = this.#current;
    if (!client) return NONE;
    if (this.#changed) {
      this.#changed = false;
      const rows = this.#query("SELECT name, setting FROM pg_settings WHERE source = 'session'");
      this.#settings.set(client, new Map(rows.map(([name, setting]) => [name ?? '', setting ?? ''])));
    }
    return this.#settings.get(client) ?? NONE;
  }
}

const NONE: ReadonlyMap<string, string> = new Map();

function isSame(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([name, value]) => other.get(name) === value);
}

function setConfig([name, value]: [string, string]): string {
  return `set_config(${quote(name)}, ${quote(value)}, false)`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Whether a batch that ended with these command tags may have changed settings for longer than its transaction. */
export function mayHaveSet(batch: Batch, tags: readonly string[]): boolean {
  if (batch.effects.setsConfig) return true;
  if (!tags.some((tag) => tag === 'SET' || tag === 'RESET' || tag === 'DISCARD ALL')) return false;
  return batch.texts.length === 0 || batch.texts.some(setsForSession);
}

/** Whether a text, having run a SET, may have set more than its own transaction's settings. */
function setsForSession(sql: string): boolean {
  return /\bset\s+(?!local\b|transaction\b|constraints\b)|\b(reset|discard)\b/i.test(sql);
}

/** Start-up parameters that are no settings, or of which a shared session can have no more than one value. */
const NOT_APPLIED = new Set(['user', 'database', 'replication', 'client_encoding', 'application_name']);

/** The settings in a start-up packet, `options` (`-c name=value`, `--name=value`) taken apart. */
export function startupSettings(parameters: ReadonlyMap<string, string>): Map<string, string> {
  const settings = new Map<string, string>();
  const { options = '', ...direct } = Object.fromEntries(parameters);
  for (const [, name, value] of options.matchAll(/(?:-c\s*|--)([\w.-]+)=((?:\\.|[^\s\\])*)/g))
    settings.set((name ?? '').replaceAll('-', '_').toLowerCase(), (value ?? '').replaceAll(/\\(.)/g, '$1'));
  for (const [name, value] of Object.entries(direct))
    if (!NOT_APPLIED.has(name) && !name.startsWith('_pq_.')) settings.set(name.toLowerCase(), value);
  return settings;
}
