import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProjectionClient } from './client.ts';
import { listTable } from './list-table.ts';
import { isAway } from './poll.ts';

const intervalMs = 1000;
/** A line longer than the terminal is wide must not wrap: it would be two lines to go back over. */
const [hideCursor, showCursor, noWrap, wrap] = ['\x1b[?25l', '\x1b[?25h', '\x1b[?7l', '\x1b[?7h'];

/** Shows the table and refreshes it in place, through restarts of Casefold, until Ctrl-C. Needs a terminal. */
export async function watchList(client: ProjectionClient): Promise<void> {
  const { stdout } = process;
  const stop = new AbortController();
  void once(process, 'SIGINT').then(() => stop.abort());
  let shown = 0;
  const show = (lines: readonly string[]) => {
    stdout.write(`${shown > 0 ? `\x1b[${shown}A` : ''}\r\x1b[0J${lines.join('\n')}\n`);
    shown = lines.length;
  };
  stdout.write(hideCursor + noWrap);
  try {
    let table: readonly string[] = [];
    while (!stop.signal.aborted) {
      try {
        table = listTable(await client.list());
        show([...table, '', 'Ctrl-C ends.']);
      } catch (error) {
        // Nothing shown yet: wrong address or token, and no use to wait.
        if (table.length === 0 || !isAway(error)) throw error;
        show([...table, '', `${error instanceof Error ? error.message : String(error)} Still trying.`]);
      }
      await delay(intervalMs, undefined, { signal: stop.signal }).catch(() => {});
    }
  } finally {
    stdout.write(wrap + showCursor);
  }
}
