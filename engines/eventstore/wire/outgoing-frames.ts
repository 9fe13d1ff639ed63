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
