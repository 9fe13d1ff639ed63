import type { ProjectionState } from '#domain/projection/decider';
import type { ReadModel } from '../read-model.ts';
import type { Generation, ReadModelStore } from './read-model-store.ts';

/** A read model as one model makes it, and where that is kept. */
export type Kept = { readonly model: ReadModel; readonly store: ReadModelStore };

/** Generations of one read model may be made by different models: each is followed and read with its own. */
export type KeptBy = {
  /** @param name of the model; the read model's own choice, if undefined */
  of(name: string | undefined): Kept;
  ofGeneration(generation: Pick<Generation, 'generation' | 'rebuildId' | 'madeBy'>): Kept;
};

export function keptBy(
  model: ReadModel,
  storeOf: (model: ReadModel) => ReadModelStore,
  decided: () => ProjectionState,
): KeptBy {
  const own: Kept = { model, store: storeOf(model) };
  const others = new Map<string, Kept>();

  function of(name: string | undefined): Kept {
    const { madeBy } = model;
    if (name === undefined || !madeBy || name === madeBy.model) return own;
    const known = others.get(name);
    if (known) return known;
    const another = madeBy.by(name);
    const kept = { model: another, store: storeOf(another) };
    others.set(name, kept);
    return kept;
  }

  return {
    of,
    ofGeneration({ generation, rebuildId, madeBy }) {
      const { rebuild, modelOf } = decided();
      const isItsRebuild = rebuildId !== undefined && rebuild?.rebuildId === rebuildId;
      // What a first generation, or a rebuild that named no model, was made by is known to the store alone.
      return of((isItsRebuild ? rebuild.model : modelOf.get(generation)) ?? madeBy);
    },
  };
}
