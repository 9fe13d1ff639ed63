import { MorePages, type Page } from '#lib/more-pages.svelte.ts';
import type { ParkedItem, ProjectionDetail } from '#read-api/contract-projections';
import { type ProjectionApi, projectionApi } from './api.ts';
import { isOpen, tellOutcome } from './outcome.ts';
import { Polled } from './polled.svelte.ts';
import { type Summary, summaryOf } from './summary.ts';

export type Loaded = { readonly detail: ProjectionDetail; readonly parked: Page<ParkedItem> };

/** A projection with the first of its parked events, which are asked for only where there may be some. */
export async function loadProjection(api: ProjectionApi, name: string): Promise<Loaded> {
  const detail = await api.show(name);
  const { status } = detail;
  const mayHaveParked = status.length === 0 || status.some(({ parked, stale }) => parked > 0 || stale);
  return { detail, parked: mayHaveParked ? await api.parked(name) : { items: [] } };
}

/** One projection in full, as it is. */
export class Detail {
  readonly polled: Polled<Loaded>;
  readonly parked: MorePages<ParkedItem>;
  readonly name: string;

  readonly shown: ProjectionDetail = $derived.by(() => this.polled.value.detail);
  readonly summary: Summary | undefined = $derived.by(() => summaryOf(this.shown.status));
  readonly decided: ProjectionDetail['decided'] = $derived.by(() => this.shown.decided);
  /** The generation that a switch would bring, if one is ready. */
  readonly ready: number | undefined = $derived.by(() => {
    const { rebuild } = this.decided;
    if (rebuild?.status !== 'certified' || !isOpen(rebuild)) return undefined;
    return rebuild.certificate?.generation;
  });
  /** The generation that a roll back would bring, while it is kept. */
  readonly kept: number | undefined = $derived.by(() => {
    const from = this.decided.switched?.from;
    return this.summary?.generations.find(
      ({ generation, state }) => generation === from && state === 'retired',
    )?.generation;
  });

  constructor(first: Loaded) {
    this.name = first.detail.name;
    const { name } = this;
    this.polled = new Polled(
      first,
      () => loadProjection(projectionApi, name),
      (before, now) => this.#take(before, now),
    );
    this.parked = new MorePages(
      (cursor) => projectionApi.parked(name, cursor),
      ({ position }) => position,
    );
    this.parked.start(first.parked, name);
  }

  #take(before: Loaded, now: Loaded): void {
    // Each new first page has the further ones fetched again.
    if (JSON.stringify(before.parked) !== JSON.stringify(now.parked))
      this.parked.start(now.parked, this.name);
    const was = before.detail.decided.rebuild;
    const is = now.detail.decided.rebuild;
    const isSame = was && is && was.rebuildId === is.rebuildId;
    if (isSame && was.status !== is.status) tellOutcome(this.name, now.detail);
  }
}
