import { notePosition } from '#lib/api/request.ts';
import type { Batch, Outcome } from './queue.ts';

const path = '/api/behaviour';

/** What no repeat would change: the batch itself is not as it should be. */
const refusals = new Set([400, 413, 422]);

/** Sends a batch; the request outlives the page. */
export async function sendBatch(batch: Batch): Promise<Outcome> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      keepalive: true,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(batch),
    });
    if (!response.ok) return refusals.has(response.status) ? 'refused' : 'away';
    notePosition(await response.json());
    return 'taken';
  } catch {
    return 'away';
  }
}

/** Hands a batch to the browser to send once the page is gone (W3C Beacon). False if it takes no more. */
export const beaconBatch = (batch: Batch): boolean =>
  navigator.sendBeacon(path, new Blob([JSON.stringify(batch)], { type: 'application/json' }));
