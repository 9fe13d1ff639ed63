/** `setTimeout` fires at once when asked for more. */
const LONGEST_MS = 2 ** 31 - 1;

/** Calls back once, some time after it was first asked to; asking again meanwhile changes nothing. */
export class OneTimer {
  #timer: NodeJS.Timeout | undefined;

  get running(): boolean {
    return this.#timer !== undefined;
  }

  start(milliseconds: number, callback: () => void): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        callback();
      },
      Math.min(Math.max(milliseconds, 1), LONGEST_MS),
    );
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
