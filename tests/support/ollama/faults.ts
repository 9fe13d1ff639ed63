/** What can go wrong with one answer of a server. */
export const faults = [
  /** 404, as for a model that was never pulled. */
  'missing-model',
  /** 503, as when more wait than the server takes. */
  'queue-full',
  /** 500 before anything was said. */
  'server-error',
  /** 502 of a proxy in front, in HTML. */
  'bad-gateway',
  /** Nothing is said until `letGo`; the connection stays. */
  'no-first-byte',
  /** Half of the answer, and then nothing until `letGo`. */
  'stalls',
  /** Half of the answer, then the connection is cut. */
  'cut-connection',
  /** Half of the answer, then the stream ends as if it were complete, without `done`. */
  'cut-stream',
  /** Half of the answer, then the word that something broke. */
  'error-in-stream',
  /** Half of the answer, then a line that is no JSON. */
  'broken-line',
  /** What is written is no JSON, whatever was asked for. */
  'invalid-json',
  /** What is written has no end: it is cut at its longest (`done_reason: length`). */
  'too-long',
] as const;
export type Fault = (typeof faults)[number];

type Planted = { readonly fault: Fault; readonly path: string | undefined; left: number };

/** Faults that were planted, oldest first. */
export function createFaults() {
  const planted: Planted[] = [];
  let gate = Promise.withResolvers<void>();
  return {
    plant(fault: Fault, { times = 1, path }: { times?: number; path?: string }) {
      planted.push({ fault, path, left: times });
    },
    /** Takes the next fault for a request, if there is one. */
    take(path: string): Fault | undefined {
      const next = planted.find((each) => each.left > 0 && (each.path ?? path) === path);
      if (next) next.left--;
      return next?.fault;
    },
    clear: () => void planted.splice(0),
    held: () => gate.promise,
    letGo() {
      gate.resolve();
      gate = Promise.withResolvers<void>();
    },
  };
}
export type Faults = ReturnType<typeof createFaults>;
