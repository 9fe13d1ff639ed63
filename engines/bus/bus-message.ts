import { MessageTooLargeError } from '#platform/ports';

/** NATS's own default limit; both shapes keep it, so that what works on one machine works on a cluster. */
export const maxMessageBytes = 1024 * 1024;

/**
 * Data as JSON text; `undefined` travels as null.
 *
 * @throws {MessageTooLargeError}
 * @throws {TypeError} for what JSON cannot carry (a cycle, a bigint)
 */
export function encodeMessage(subject: string, data: unknown): string {
  const text = JSON.stringify(data) ?? 'null';
  const bytes = Buffer.byteLength(text);
  if (bytes > maxMessageBytes) throw new MessageTooLargeError(subject, bytes, maxMessageBytes);
  return text;
}

export function decodeMessage(text: string): unknown {
  return text === '' ? null : JSON.parse(text);
}

/** @throws {TypeError} unless the subject is one that can be published to: tokens joined by dots, no wildcard */
export function assertSubject(subject: string): void {
  if (!/^[^\s.*>]+(\.[^\s.*>]+)*$/.test(subject)) {
    throw new TypeError(
      `"${subject}" is not a subject: use tokens joined by dots, without spaces or wildcards.`,
    );
  }
}

/** @throws {TypeError} unless it is a subject, or one with `*` for single tokens or a last `>` */
export function assertPattern(pattern: string): void {
  if (!/^(?:(?:\*|[^\s.*>]+)(?:\.|$))*(?:>|\*|[^\s.*>]+)$/.test(pattern)) {
    throw new TypeError(
      `"${pattern}" is not a subject pattern: tokens joined by dots, where * stands for one token and a last > for the rest.`,
    );
  }
}

/** Name and message of anything thrown, fit to travel. */
export function describeError(error: unknown): { name: string; message: string } {
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'Error', message: String(error) };
}

/** Runs tasks in the order given, at most `limit` at a time; `idle` resolves when all are done. */
export function taskQueue(limit: number): {
  add(task: () => Promise<void>): void;
  idle(): Promise<void>;
  readonly load: number;
} {
  const waiting: (() => Promise<void>)[] = [];
  const idlers: (() => void)[] = [];
  let running = 0;
  const next = () => {
    if (running === 0 && waiting.length === 0) for (const resolve of idlers.splice(0)) resolve();
    if (running >= limit) return;
    const task = waiting.shift();
    if (task === undefined) return;
    running += 1;
    void task().finally(() => {
      running -= 1;
      next();
    });
  };
  return {
    add(task) {
      waiting.push(task);
      // Never run a handler inside the caller's own call.
      queueMicrotask(next);
    },
    idle: () =>
      running === 0 && waiting.length === 0
        ? Promise.resolve()
        : new Promise((resolve) => idlers.push(resolve)),
    get load() {
      return running + waiting.length;
    },
  };
}
