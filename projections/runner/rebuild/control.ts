/** How a generation is to be filled, as people want it at the moment. */
export type FillSettings = {
  readonly paused: boolean;
  /** Events a second, at the most; undefined for as fast as it can. */
  readonly throttle: number | undefined;
};

/** Lets a fill be paused, resumed and throttled while it is at work. */
export type FillControl = {
  settings(): FillSettings;
  set(change: Partial<FillSettings>): void;
  /** @returns a function that ends the listening */
  onChange(listener: () => void): () => void;
};

export function createFillControl(initial: Partial<FillSettings> = {}): FillControl {
  let settings: FillSettings = { paused: false, throttle: undefined, ...initial };
  const listeners = new Set<() => void>();
  return {
    settings: () => settings,
    set(change) {
      settings = { ...settings, ...change };
      for (const listener of [...listeners]) listener();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Resolves when the fill is not paused, or the signal aborts. */
export async function resumed(control: FillControl, signal: AbortSignal): Promise<void> {
  while (control.settings().paused && !signal.aborted) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const forget = control.onChange(resolve);
    const wake = () => resolve();
    signal.addEventListener('abort', wake, { once: true });
    await promise;
    signal.removeEventListener('abort', wake);
    forget();
  }
}
