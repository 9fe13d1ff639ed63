import type { Logger } from '#platform/log';

/** What is to be stopped, in the order it was started. */
export type Closers = {
  add(name: string, close: () => unknown): void;
  /** Stops all, the last started first; each but once. */
  closeAll(): Promise<void>;
};

export function createClosers(log: Logger): Closers {
  const open: { name: string; close: () => unknown }[] = [];
  return {
    add: (name, close) => void open.push({ name, close }),
    async closeAll() {
      for (let last = open.pop(); last; last = open.pop()) {
        log.debug(`stopping ${last.name}`);
        await last.close();
      }
    },
  };
}
