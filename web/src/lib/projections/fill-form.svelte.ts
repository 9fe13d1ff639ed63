import { SvelteSet } from 'svelte/reactivity';
import { toast } from 'svelte-sonner';
import {
  type RebuildsRequested,
  rebuildAllBodySchema,
  verifyAllBodySchema,
} from '#commands/contract-projections';
import { describeError } from '#lib/api/problem.ts';
import { plural } from '#lib/format.ts';
import { projectionApi } from './api.ts';

export type Purpose = 'rebuild' | 'verify';

const complaints: Readonly<Record<string, string>> = {
  projections: 'Choose at least one projection.',
  partitions: 'Partitions must be a whole number from 1 to 64, or empty.',
  throttle: 'The throttle must be a number of events a second above 0, or empty.',
  soakSeconds: 'The generation before can be kept for 0 minutes up to 30 days.',
};

/** A rebuild or a check to be asked for, of one projection or several in one scan of the log. */
export class FillForm {
  open = $state(false);
  purpose = $state<Purpose>('rebuild');
  readonly chosen = new SvelteSet<string>();
  when = $state<'when-ready' | 'by-hand'>('when-ready');
  /** What an input for a number that is empty holds is `null`. */
  soakMinutes = $state<number | null>(60);
  partitions = $state<number | null>(null);
  throttle = $state<number | null>(null);
  problem = $state('');
  busy = $state(false);
  readonly #asked: () => Promise<void>;

  /** @param asked called when it was, so that the page shows it */
  constructor(asked: () => Promise<void>) {
    this.#asked = asked;
  }

  /** @param names those that are chosen to begin with */
  show(purpose: Purpose, names: readonly string[]): void {
    this.purpose = purpose;
    this.chosen.clear();
    for (const name of names) this.chosen.add(name);
    this.problem = '';
    this.open = true;
  }

  toggle(name: string): void {
    if (!this.chosen.delete(name)) this.chosen.add(name);
  }

  async submit(): Promise<void> {
    const body = this.#body();
    if (!body || this.busy) return;
    this.busy = true;
    this.problem = '';
    try {
      const asked = await projectionApi.fill(this.purpose, body);
      this.open = false;
      this.#tell(asked);
      await this.#asked();
    } catch (error) {
      const { message, detail } = describeError(error);
      this.problem = detail ?? message;
    } finally {
      this.busy = false;
    }
  }

  /** Checked by the contract; undefined, with the problem said, where it will not do. */
  #body(): object | undefined {
    const { partitions, throttle, soakMinutes } = this;
    const fill = {
      projections: [...this.chosen],
      ...(partitions !== null && { partitions }),
      ...(throttle !== null && { throttle }),
    };
    const checked =
      this.purpose === 'verify'
        ? verifyAllBodySchema.safeParse(fill)
        : rebuildAllBodySchema.safeParse({
            ...fill,
            switch: this.when,
            soakSeconds: Math.round((soakMinutes ?? Number.NaN) * 60),
          });
    if (checked.success) return checked.data;
    const [issue] = checked.error.issues;
    this.problem = complaints[String(issue?.path[0])] ?? issue?.message ?? '';
    return undefined;
  }

  #tell({ rebuilds, refused }: RebuildsRequested): void {
    const what = this.purpose === 'verify' ? 'Check' : 'Rebuild';
    const [only] = rebuilds;
    const of = rebuilds.length === 1 ? only?.projection : plural(rebuilds.length, 'projection');
    if (only) toast.success(`${what} of ${of} asked for`);
    for (const { projection, detail } of refused) {
      toast.warning(`${projection}: not asked for`, { description: detail });
    }
  }
}
