/** What the session answered to one batch, sorted by whom it concerns. */
export type SessionOutput = {
  /** For the client that sent the batch. */
  readonly reply: Buffer;
  /** Transaction status after the batch: idle, in a transaction, in a failed one; null when no Sync was answered. */
  readonly status: 'I' | 'T' | 'E' | null;
  readonly failed: boolean;
  /** Command tags in order: `SELECT 3`, `LISTEN`, `ROLLBACK` … */
  readonly tags: readonly string[];
  /** NotificationResponse messages, for whoever listens. */
  readonly notifications: readonly { channel: string; bytes: Buffer }[];
};

/**
 * Sorts backend messages.
 *
 * @param unwanted types of messages the client has already had or never asked for, and how many of each to take out
 */
export function readOutput(output: Buffer, unwanted: Readonly<Record<string, number>> = {}): SessionOutput {
  const drop = { ...unwanted };
  const kept: Buffer[] = [];
  const tags: string[] = [];
  const notifications: { channel: string; bytes: Buffer }[] = [];
  let status: SessionOutput['status'] = null;
  let failed = false;
  let keptFrom = 0;
  for (let start = 0, end = 0; start + 5 <= output.length; start = end) {
    end = start + 1 + output.readInt32BE(start + 1);
    const type = String.fromCharCode(output.readUInt8(start));
    if (type === 'D' || type === 'd') continue;
    if (type === 'Z') status = statusOf(output.toString('latin1', start + 5, start + 6));
    if (type === 'E') failed = true;
    if (type === 'C') tags.push(output.toString('latin1', start + 5, end - 1));
    const left = drop[type] ?? 0;
    if (type === 'A')
      notifications.push({
        channel: output.toString('utf8', start + 9, output.indexOf(0, start + 9)),
        bytes: Buffer.from(output.subarray(start, end)),
      });
    else if (left > 0) drop[type] = left - 1;
    else continue;
    kept.push(output.subarray(keptFrom, start));
    keptFrom = end;
  }
  const reply = kept.length === 0 ? output : Buffer.concat([...kept, output.subarray(keptFrom)]);
  return { reply, status, failed, tags, notifications };
}

function statusOf(byte: string): 'I' | 'T' | 'E' {
  return byte === 'T' || byte === 'E' ? byte : 'I';
}
