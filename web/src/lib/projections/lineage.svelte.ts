import { describeError } from '#lib/api/problem.ts';
import type { Lineage } from '#read-api/contract-projections';
import { projectionApi } from './api.ts';

/** Which events shaped an entry of a read model: what is asked, and the answer. */
export class LineageQuestion {
  readonly #projection: string;
  part = $state('');
  /** The values of the key, in order. */
  key = $state<string[]>(['']);
  busy = $state(false);
  answer = $state.raw<Lineage>();
  problem = $state('');

  constructor(projection: string, part: string) {
    this.#projection = projection;
    this.part = part;
  }

  addKeyValue(): void {
    this.key.push('');
  }

  removeKeyValue(index: number): void {
    this.key.splice(index, 1);
  }

  async ask(): Promise<void> {
    const key = this.key.map((value) => value.trim()).filter((value) => value !== '');
    if (key.length === 0) {
      this.problem = 'Give the key of the entry, for instance the id of a document.';
      return;
    }
    this.busy = true;
    this.problem = '';
    try {
      this.answer = await projectionApi.why(this.#projection, this.part, key);
    } catch (error) {
      this.answer = undefined;
      const { message, detail } = describeError(error);
      this.problem = detail ?? message;
    } finally {
      this.busy = false;
    }
  }
}
