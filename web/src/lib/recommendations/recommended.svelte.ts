import { api } from '#lib/api/client.ts';
import type { LiveConnection } from '#lib/live/connection.svelte.ts';
import { attempt } from '#lib/toast.ts';
import type { Recommendations } from '#read-api/contract';
import { invalidate } from '$app/navigation';

/** What load functions depend on when they show what is recommended. */
export const recommendedData = 'casefold:recommended';

type Item = Recommendations['recommendations'][number];

/** A list of recommendations, and what a person makes of them. */
export class Recommended {
  readonly #given: () => readonly Item[];
  /** Gone from the list before the server has said so. */
  readonly #dismissed = $state<string[]>([]);

  readonly items = $derived.by(() =>
    this.#given().filter(({ documentId }) => !this.#dismissed.includes(documentId)),
  );

  /** @param given what the page was given */
  constructor(given: () => readonly Item[]) {
    this.#given = given;
  }

  /** Fetches the list again whenever another is told of, until the returned function is called. */
  follow(live: LiveConnection): () => void {
    return live.listen((message) => {
      if (message.kind === 'personal' && message.event.startsWith('Recommendation'))
        void invalidate(recommendedData);
    });
  }

  /** The person goes to the document: nobody waits for the record of it. */
  go(documentId: string): void {
    void attempt(() => api.followRecommendation(documentId));
  }

  /** Answers whether it went through; where it did not, the document is back. */
  async dismiss(documentId: string): Promise<boolean> {
    this.#dismissed.push(documentId);
    const done = await attempt(() => api.dismissRecommendation(documentId));
    if (done) await invalidate(recommendedData);
    else this.#dismissed.splice(this.#dismissed.indexOf(documentId), 1);
    return done;
  }
}
