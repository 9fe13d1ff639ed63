import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Event type names and the small integers that stand for them in the log. A log has few types: all are in memory. */
export class EventTypes {
  readonly #ids = new Map<string, number>();
  readonly #names = new Map<number, string>();
  readonly #select: StatementSync;
  readonly #insert: StatementSync;

  constructor(database: DatabaseSync) {
    this.#select = database.prepare('SELECT id, name FROM types');
    this.#insert = database.prepare('INSERT INTO types (name) VALUES (?)');
    this.reload();
  }

  /** Reads all from the database again, after a transaction was rolled back. */
  reload(): void {
    this.#ids.clear();
    this.#names.clear();
    for (const row of this.#select.all()) this.#remember(Number(row.id), String(row.name));
  }

  /** The id of a type, made if new: call it inside a transaction. */
  intern(name: string): number {
    return this.#ids.get(name) ?? this.#remember(Number(this.#insert.run(name).lastInsertRowid), name);
  }

  nameOf(id: number): string {
    return this.#names.get(id) ?? '';
  }

  #remember(id: number, name: string): number {
    this.#ids.set(name, id);
    this.#names.set(id, name);
    return id;
  }
}
