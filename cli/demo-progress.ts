import { setTimeout as delay } from 'node:timers/promises';
import { Presets, SingleBar } from 'cli-progress';
import type { DemoStatus } from '#commands/contract';
import type { DemoCase } from '#commands/demo/demo-case';

const intervalMs = 250;

const remaining = (seconds: number | undefined) =>
  seconds === undefined ? '…' : seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;

/**
 * Shows how the demo case comes in, until it is there, loading it was given up, or the signal aborts: documents done of
 * all, rate, remaining time. In a terminal a bar; elsewhere a line now and then.
 *
 * @returns how it ended
 */
export async function showDemoProgress(demo: DemoCase, signal: AbortSignal): Promise<DemoStatus> {
  const bar = new SingleBar(
    {
      format: 'Demo case  {bar}  {value}/{total} documents · {rate}/s · {left} left',
      noTTYOutput: true,
      notTTYSchedule: 5000,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  let status = await demo.status();
  const payload = () => ({ rate: status.rate.toFixed(1), left: remaining(status.remainingSeconds) });
  bar.start(status.total, status.done, payload());
  while (status.state === 'loading' && !signal.aborted) {
    await delay(intervalMs, undefined, { signal }).catch(() => {});
    status = await demo.status();
    bar.update(status.done, payload());
  }
  bar.update(status.done, { ...payload(), left: status.state === 'loaded' ? '0 s' : remaining(undefined) });
  bar.stop();
  return status;
}
