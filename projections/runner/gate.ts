/** One of those who hold some work up. */
export type Hold = {
  /** Resolves when the work stands still, or has ended. */
  readonly still: Promise<void>;
  /**
   * Lets the work go on to a position, and stand still exactly there.
   *
   * @throws {Error} if somebody else wants it to stand where it is, or it is let go or ends before it is there
   */
  goOnTo(position: bigint): Promise<void>;
  letGo(): void;
};

/** Lets others hold up some work between two steps of it, any number of them at a time. */
export type Gate = {
  isClosed(): boolean;
  close(): Hold;
  /** How far the work is to go on though the gate is closed; undefined for nowhere. */
  target(): bigint | undefined;
  /** For the work: it has come to the target. */
  arrive(): void;
  /** For the work, at a closed gate: stands still until all have let it go, or the signal aborts. */
  standStill(signal: AbortSignal): Promise<void>;
  /** For the work: it has ended, and nobody is to wait for it. */
  end(): void;
};

type Target = { readonly position: bigint; readonly arrived: PromiseWithResolvers<void> };

/** @param beckon called when the work has to look at the gate: it was closed, or given a target */
export function createGate(beckon: () => void): Gate {
  const holds = new Set<symbol>();
  /** Those that have said where the work is to stand. */
  const placed = new Set<symbol>();
  let allGone = Promise.withResolvers<void>();
  let waiting: (() => void)[] = [];
  let target: Target | undefined;
  let hasEnded = false;

  function tellStill(): void {
    for (const resolve of waiting) resolve();
    waiting = [];
  }

  function giveUp(why: string): void {
    target?.arrived.reject(new Error(why));
    target = undefined;
  }

  return {
    isClosed: () => holds.size > 0,
    target: () => target?.position,
    close() {
      const own = Symbol('hold');
      if (holds.size === 0) allGone = Promise.withResolvers();
      holds.add(own);
      const { promise: still, resolve } = Promise.withResolvers<void>();
      if (hasEnded) resolve();
      else waiting.push(resolve);
      beckon();
      return {
        still,
        async goOnTo(position) {
          if (hasEnded) throw new Error('It has ended.');
          if (!holds.has(own)) throw new Error('It is not held any more.');
          if (target || [...placed].some((each) => each !== own))
            throw new Error('Somebody else holds it where it is.');
          placed.add(own);
          const arrived = Promise.withResolvers<void>();
          target = { position, arrived };
          beckon();
          await arrived.promise;
        },
        letGo() {
          if (!holds.delete(own)) return;
          if (placed.delete(own)) giveUp('It was let go.');
          if (holds.size === 0) allGone.resolve();
        },
      };
    },
    arrive() {
      target?.arrived.resolve();
      target = undefined;
    },
    async standStill(signal) {
      tellStill();
      if (signal.aborted) return;
      const aborted = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => aborted.resolve(), { once: true });
      await Promise.race([allGone.promise, aborted.promise]);
    },
    end() {
      hasEnded = true;
      tellStill();
      giveUp('It has ended.');
    },
  };
}
