import type { Writable } from 'node:stream';

/** The part of a gRPC server stream that is needed to send on it. */
export type FrameSink = {
  write(frame: Buffer): boolean;
  readonly cancelled: boolean;
  on(event: 'cancelled' | 'close' | 'error', listener: () => void): unknown;
  once(event: 'drain', listener: () => void): unknown;
};

/** Sends encoded messages no faster than the client takes them, and knows when the client has gone. */
export class OutgoingFrames {
  readonly #sink: FrameSink;
  #stopped = false;
  #drained: (() => void) | undefined;
  #woken: (() => void) | undefined;
  #flushed: Promise<void> = Promise.resolve();

  constructor(sink: FrameSink) {
    this.#sink = sink;
    const stop = () => this.stop();
    sink.on('cancelled', stop);
    sink.on('close', stop);
    sink.on('error', stop);
  }

  get stopped(): boolean {
    return this.#stopped || this.#sink.cancelled;
  }

  stop(): void {
    this.#stopped = true;
    this.#drained?.();
    this.#woken?.();
  }

  /** Resolves when the next frame may be sent. */
  async send(frame: Buffer): Promise<void> {
    if (this.stopped || this.#sink.write(frame)) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
      this.#sink.once('drain', resolve);
    });
  }

  /**
   * Sends many messages at once, with gRPC's prefixes, past the call. Resolves when the ones before are on their way, so
   * that the next can be made ready meanwhile.
   */
  async sendRaw(stream: Writable, frames: Buffer): Promise<void> {
    await this.#flushed;
    if (this.stopped || frames.length === 0) return;
    this.#flushed = new Promise<void>((resolve) => {
      this.#drained = resolve;
      stream.write(frames, () => resolve());
    });
  }

  /** Resolves when all that was sent with {@link sendRaw} is on its way, or the client has gone. */
  flushed(): Promise<void> {
    return this.#flushed;
  }

  /** Waits for {@link wake}, or until the client has gone. */
  async idle(): Promise<void> {
    if (this.stopped) return;
    await new Promise<void>((resolve) => {
      this.#woken = resolve;
    });
  }

  wake(): void {
    this.#woken?.();
  }
}
