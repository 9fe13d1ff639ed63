import { SvelteMap } from 'svelte/reactivity';
import { api } from '#lib/api/client.ts';

const names = new SvelteMap<string, string>();
const asked = new Set<string>();

/** File names of documents that an event mentions inside its data only; each is asked for once, in the browser. */
export const documentNames = {
  get: (documentId: string) => names.get(documentId),
  /** Call it from an effect: what it asks for comes in later. */
  want(documentId: string): void {
    if (asked.has(documentId)) return;
    asked.add(documentId);
    api.document(documentId).then(
      ({ fileName }) => names.set(documentId, fileName),
      // The event still reads well without the name.
      () => asked.delete(documentId),
    );
  },
};
