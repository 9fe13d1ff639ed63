import type { EventLog } from '../storage/event-log.ts';
import { systemEvent } from '../storage/proposed-event.ts';
import { firstVisibleRevision } from '../storage/stream-metadata.ts';
import { linkTarget, linkTo } from '../wire/links.ts';
import { eventIdOf } from '../wire/recorded-event.ts';
import type { Message } from './message.ts';
import { Progress } from './progress.ts';

/**
 * The parked messages of a group, in a stream of links beside the others, under the name EventStoreDB gives it:
 * `$persistentsubscription-<stream>::<group>-parked`. A replay leaves them there until they are dealt with, so a crash
 * in between loses none; then the stream is truncated up to the first that is still open.
 */
export class ParkedStream {
  readonly name: string;
  readonly #log: EventLog;
  readonly #progress: Progress;
  #truncatedTo: number;

  constructor(log: EventLog, source: string, group: string) {
    this.name = `$persistentsubscription-${source}::${group}-parked`;
    this.#log = log;
    const stream = log.streams.find(this.name);
    // The stream of a group that was deleted is hidden as a whole, which is beyond its end.
    this.#truncatedTo = stream ? Math.min(firstVisibleRevision(stream) - 1, stream.last) : -1;
    this.#progress = new Progress({ checkpoint: this.#truncatedTo, doneAhead: [] });
  }

  /** How many wait to be replayed. */
  get count(): number {
    return (this.#log.streams.find(this.name)?.last ?? -1) - this.#progress.scannedTo;
  }

  /** Writes a link to the message's event. Resolves when it is on disk. */
  async park(message: Message, reason: string): Promise<void> {
    const { stream, revision } = message.origin;
    const { type, data } = linkTo(stream, revision);
    const metadata = Buffer.from(JSON.stringify({ added: new Date().toISOString(), reason }));
    await this.#log.append(this.name, 'any', [systemEvent(type, data, metadata)]);
  }

  /**
   * Takes parked messages out for another delivery.
   *
   * @param stopAt the revision of the parked stream to stop at, that one left out
   */
  replay(stopAt: number): Message[] {
    const messages: Message[] = [];
    const stream = this.#log.streams.find(this.name);
    for (;;) {
      const left = stopAt - this.#progress.scannedTo - 1;
      if (!stream || left <= 0) return messages;
      const page = this.#log.readStream('forwards', stream, this.#progress.scannedTo, left);
      for (const link of page.events) {
        const target = linkTarget(this.#log, link);
        if (!target) {
          this.#progress.scan(link.revision);
          continue;
        }
        this.#progress.start(link.revision);
        messages.push({
          id: eventIdOf(link.record),
          stream: target.stream,
          origin: { stream: this.#log.streams.nameOf(target.stream), revision: target.revision },
          resolved: { record: target.record, position: target.position, link: link.record },
          from: 'parked',
          place: link.revision,
          retryCount: 0,
        });
      }
      if (page.atEnd) return messages;
    }
  }

  /** Says that a replayed message is dealt with. */
  finish(revision: number): void {
    this.#progress.finish(revision);
  }

  /** Drops from the stream what is dealt with. */
  async truncate(): Promise<void> {
    const { checkpoint } = this.#progress;
    if (checkpoint <= this.#truncatedTo) return;
    this.#truncatedTo = checkpoint;
    await this.#log.truncate(this.name, checkpoint + 1);
  }

  /** Drops them all, with their group. */
  async delete(): Promise<void> {
    if (this.#log.streams.find(this.name)) await this.#log.delete(this.name, 'any');
  }
}
