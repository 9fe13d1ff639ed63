import type { ProjectionBoardView } from '#read-api/contract-projections';
import { projectionApi } from './api.ts';
import { tellOutcome } from './outcome.ts';
import { Polled } from './polled.svelte.ts';
import { type Summary, summariesOf } from './summary.ts';

const isAtWork = ({ rebuild }: Summary) => rebuild && !['ready', 'failed'].includes(rebuild.phase);
const asksForPerson = ({ state, parked }: Summary) =>
  state === 'silent' || state === 'retrying' || parked > 0;

/**
 * All projections, as they are. It asks each second: the live socket tells of cases only, and the board answers from
 * memory.
 */
export class Board {
  readonly polled: Polled<ProjectionBoardView>;
  readonly projections: readonly Summary[] = $derived.by(() => summariesOf(this.polled.value.items));
  readonly unheard: readonly string[] = $derived.by(() => this.polled.value.unheard);
  readonly names: readonly string[] = $derived.by(() =>
    [...this.projections.map(({ name }) => name), ...this.unheard].toSorted(),
  );
  /** Those that a person should look at. */
  readonly concerns: number = $derived.by(
    () => this.projections.filter(asksForPerson).length + this.unheard.length,
  );
  readonly rebuilding: number = $derived.by(() => this.projections.filter(isAtWork).length);
  readonly behind: number = $derived.by(() =>
    Math.max(0, ...this.projections.map(({ lagEvents }) => lagEvents)),
  );

  constructor(first: ProjectionBoardView) {
    this.polled = new Polled(first, projectionApi.list, (before, now) => this.#tell(before, now));
  }

  /** Says which rebuilds have come to an end since the answer before. */
  #tell(before: ProjectionBoardView, now: ProjectionBoardView): void {
    const after = new Map(summariesOf(now.items).map((each) => [each.name, each]));
    for (const each of summariesOf(before.items)) {
      const current = after.get(each.name);
      if (isAtWork(each) && current && current.state !== 'silent' && !isAtWork(current)) {
        void projectionApi.show(each.name).then(
          (detail) => tellOutcome(each.name, detail),
          // Another answer tells that nobody answers.
          () => {},
        );
      }
    }
  }
}
