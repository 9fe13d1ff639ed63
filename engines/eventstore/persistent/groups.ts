import type { StatementSync } from 'node:sqlite';
import { z } from 'zod';
import type { EventLog } from '../storage/event-log.ts';
import type { DropReason } from './consumer.ts';
import { PersistentGroup } from './group.ts';
import {
  type GroupProgress,
  type GroupSettings,
  groupProgressSchema,
  groupSettingsSchema,
} from './settings.ts';
import { ALL, openSource, placeBeforeStart } from './source.ts';

const rowSchema = z.object({
  source: z.string(),
  name: z.string(),
  settings: z.string(),
  progress: z.string(),
});
/** Bytes, about, of a group's row. */
const ROW_WEIGHT = 500;

/** All persistent subscription groups of the log, on disk and running. */
export class PersistentGroups {
  readonly #log: EventLog;
  readonly #onError: (error: unknown) => void;
  readonly #groups = new Map<string, PersistentGroup>();
  readonly #upsert: StatementSync;
  readonly #saveProgress: StatementSync;
  readonly #remove: StatementSync;

  constructor(log: EventLog, onError: (error: unknown) => void) {
    this.#log = log;
    this.#onError = onError;
    const { database } = log;
    this.#upsert = database.prepare(
      `INSERT INTO persistent_groups (source, name, settings, progress) VALUES (?, ?, ?, ?)
       ON CONFLICT (source, name) DO UPDATE SET settings = excluded.settings, progress = excluded.progress`,
    );
    this.#saveProgress = database.prepare(
      'UPDATE persistent_groups SET progress = ? WHERE source = ? AND name = ?',
    );
    this.#remove = database.prepare('DELETE FROM persistent_groups WHERE source = ? AND name = ?');
    for (const row of database.prepare('SELECT * FROM persistent_groups ORDER BY source, name').all()) {
      const { source, name, settings, progress } = rowSchema.parse(row);
      this.#open(
        source,
        name,
        groupSettingsSchema.parse(JSON.parse(settings)),
        groupProgressSchema.parse(JSON.parse(progress)),
      );
    }
    log.onCommit(() => {
      for (const group of this.#groups.values()) group.wake();
    });
  }

  find(source: string, name: string): PersistentGroup | undefined {
    return this.#groups.get(keyOf(source, name));
  }

  list(): PersistentGroup[] {
    return [...this.#groups.values()];
  }

  /** Makes a group that is not there yet. */
  async create(source: string, name: string, settings: GroupSettings): Promise<void> {
    await this.#start(source, name, settings);
  }

  /** Changes a group's settings and keeps its progress; its consumers have to connect again. */
  async update(group: PersistentGroup, settings: GroupSettings): Promise<void> {
    const progress = await group.close('updated');
    await this.#start(group.source, group.name, settings, progress);
  }

  async delete(group: PersistentGroup): Promise<void> {
    this.#groups.delete(keyOf(group.source, group.name));
    await group.close('deleted');
    await this.#log.queue.submit(ROW_WEIGHT, () => this.#remove.run(group.source, group.name));
    await group.parked.delete();
  }

  /** Puts all progress on disk. */
  async close(reason: DropReason): Promise<void> {
    await Promise.all(this.list().map((group) => group.close(reason)));
  }

  async #start(source: string, name: string, settings: GroupSettings, known?: GroupProgress): Promise<void> {
    const reader = openSource(this.#log, source, settings);
    const progress = known ?? {
      checkpoint: placeBeforeStart(reader, settings, source === ALL),
      doneAhead: [],
    };
    // Taken before it is on disk, so that a second request with the same name is refused meanwhile.
    this.#open(source, name, settings, progress);
    await this.#log.queue.submit(ROW_WEIGHT, () =>
      this.#upsert.run(source, name, JSON.stringify(settings), JSON.stringify(progress)),
    );
  }

  #open(source: string, name: string, settings: GroupSettings, progress: GroupProgress): void {
    const context = {
      log: this.#log,
      saveProgress: (saved: GroupProgress) =>
        this.#log.queue.submit(ROW_WEIGHT, () => {
          this.#saveProgress.run(JSON.stringify(saved), source, name);
        }),
      onError: this.#onError,
    };
    this.#groups.set(keyOf(source, name), new PersistentGroup(context, { source, name, settings, progress }));
  }
}

function keyOf(source: string, name: string): string {
  return `${source}::${name}`;
}
