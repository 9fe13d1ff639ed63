import { toast } from 'svelte-sonner';
import { attempt } from '#lib/toast.ts';
import { type Decision, projectionApi } from './api.ts';
import { perSecond } from './words.ts';

/** What a person decides about projections. Each function answers whether it was taken, and says so. */
export class Decisions {
  /** Those on their way: `document-list switch`. */
  #busy = $state.raw<ReadonlySet<string>>(new Set());
  readonly #decided: () => Promise<void>;

  /** @param decided called after each, so that the page shows it */
  constructor(decided: () => Promise<void>) {
    this.#decided = decided;
  }

  isBusy = (name: string, decision: Decision): boolean => this.#busy.has(`${name} ${decision}`);

  pause = (name: string) => this.#decide(name, 'pause', 'is to pause');
  resume = (name: string) => this.#decide(name, 'resume', 'is to go on');
  switchOver = (name: string) => this.#decide(name, 'switch', 'switch asked for');
  rollBack = (name: string) => this.#decide(name, 'rollback', 'switch back asked for');
  pauseRebuild = (name: string) => this.#decide(name, 'rebuild/pause', 'the rebuild is to pause');
  resumeRebuild = (name: string) => this.#decide(name, 'rebuild/resume', 'the rebuild is to go on');
  cancelRebuild = (name: string) => this.#decide(name, 'rebuild/cancel', 'rebuild cancelled');
  /** @param rate events a second at the most; undefined for as fast as it can */
  throttleRebuild = (name: string, rate: number | undefined) =>
    this.#decide(
      name,
      'rebuild/throttle',
      rate === undefined ? 'the rebuild runs as fast as it can' : `the rebuild is held to ${perSecond(rate)}`,
      rate === undefined ? {} : { throttle: rate },
    );
  retry = (name: string, stream: string) =>
    this.#decide(name, 'parked/retry', `${stream} is to be tried again`, { stream });
  skip = (name: string, position: string, reason: string) =>
    this.#decide(name, 'parked/skip', `the event at ${position} is skipped`, { position, reason });

  async #decide(name: string, decision: Decision, said: string, body?: object): Promise<boolean> {
    const key = `${name} ${decision}`;
    this.#busy = new Set([...this.#busy, key]);
    const taken = await attempt(() => projectionApi.decide(name, decision, body));
    this.#busy = new Set([...this.#busy].filter((each) => each !== key));
    if (taken) {
      toast.success(`${name}: ${said}`);
      await this.#decided();
    }
    return taken;
  }
}
