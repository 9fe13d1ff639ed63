import type { ParkedStream } from './parked-stream.ts';
import type { Progress } from './progress.ts';
import type { GroupProgress, GroupSettings } from './settings.ts';
import { OneTimer } from './timers.ts';

/**
 * Puts a group's progress on disk: some time after something changed, or at once when much did. The lower count of
 * the settings is not looked at: it would leave the last few answers unsaved for ever, to be delivered again after a
 * restart.
 */
export class Checkpointer {
  /** Everything up to here is dealt with, and on disk. */
  saved: number;
  readonly #settings: GroupSettings;
  readonly #progress: Progress;
  readonly #parked: ParkedStream;
  readonly #save: (progress: GroupProgress) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  readonly #timer = new OneTimer();
  #changes = 0;

  constructor(options: {
    settings: GroupSettings;
    progress: Progress;
    parked: ParkedStream;
    save: (progress: GroupProgress) => Promise<void>;
    onError: (error: unknown) => void;
  }) {
    this.#settings = options.settings;
    this.#progress = options.progress;
    this.#parked = options.parked;
    this.#save = options.save;
    this.#onError = options.onError;
    this.saved = options.progress.checkpoint;
  }

  /** @param answered how many messages were dealt with */
  changed(answered: number): void {
    this.#changes += answered;
    const { checkpointAfterMs, maxCheckpointCount } = this.#settings;
    if (this.#changes >= maxCheckpointCount) void this.save();
    else this.#timer.start(checkpointAfterMs, () => void this.save());
  }

  stop(): void {
    this.#timer.stop();
  }

  async save(): Promise<void> {
    this.#timer.stop();
    this.#changes = 0;
    const progress = this.#progress.snapshot();
    try {
      await Promise.all([this.#save(progress), this.#parked.truncate()]);
      this.saved = progress.checkpoint;
    } catch (error) {
      this.#onError(error);
    }
  }
}
