import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Logger } from '#platform/log';

/** A line as pino writes it. Its time, host and name are dropped: the parent's logger adds
 * its own. */
const lineSchema = z.looseObject({
  level: z.number(),
  msg: z.string().optional(),
  pid: z.unknown(),
  time: z.unknown(),
  hostname: z.unknown(),
  name: z.unknown(),
});

const LEVELS = [
  [60, 'fatal'],
  [50, 'error'],
  [40, 'warn'],
  [30, 'info'],
  [20, 'debug'],
  [0, 'trace'],
] as const;

/**
 * Passes a child's log lines on to `log`, at their level. Lines that are no JSON (a stack trace, a warning of Node's)
 * are passed on as they are, as warnings.
 *
 * @param onTrouble gets the text of every line at error level or without a level: what a child said before it died
 */
export function forwardLog(stream: Readable, log: Logger, onTrouble: (text: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
    if (line.trim() === '') return;
    const parsed = parseLine(line);
    if (!parsed) {
      log.warn(line);
      onTrouble(line);
      return;
    }
    const { level, msg, pid, time: _time, hostname: _host, name: _name, ...fields } = parsed;
    const [threshold, method] = LEVELS.find(([least]) => level >= least) ?? [0, 'trace'];
    log[method]({ enginePid: pid, ...fields }, msg);
    if (threshold >= 50 && msg) onTrouble(msg);
  });
}

function parseLine(line: string): z.infer<typeof lineSchema> | null {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
