import { describeError } from '#lib/api/problem.ts';

/** Milliseconds between an answer and the next question: workers tell how they are doing once a second. */
const pauseMs = 1000;

/** What is asked again and again while the page can be seen, and kept when it cannot be asked. */
export class Polled<Value> {
  value: Value;
  /** Why the newest question had no answer; `value` is that of before. */
  problem = $state.raw<{ readonly message: string; readonly detail?: string }>();
  /** When `value` was answered, ISO 8601. */
  answeredAt: string;
  readonly #ask: () => Promise<Value>;
  readonly #changed: (before: Value, now: Value) => void;
  #asked = 0;
  #taken = 0;

  /**
   * @param first what the page was rendered from
   * @param changed told each answer, after it was taken over
   */
  constructor(first: Value, ask: () => Promise<Value>, changed: (before: Value, now: Value) => void) {
    this.value = $state.raw(first);
    this.answeredAt = $state(new Date().toISOString());
    this.#ask = ask;
    this.#changed = changed;
  }

  /** Asks now. An answer that was overtaken by a later one is dropped. Never throws. */
  async refresh(): Promise<void> {
    const turn = ++this.#asked;
    try {
      const value = await this.#ask();
      if (turn < this.#taken) return;
      const before = this.value;
      this.#taken = turn;
      this.value = value;
      this.answeredAt = new Date().toISOString();
      this.problem = undefined;
      this.#changed(before, value);
    } catch (error) {
      if (turn > this.#taken) this.problem = describeError(error);
    }
  }

  /** Asks each second while the page can be seen, until the returned function is called. */
  follow(): () => void {
    let stopped = false;
    let looking = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      clearTimeout(timer);
      if (stopped || looking || document.hidden) return;
      looking = true;
      await this.refresh();
      looking = false;
      if (!stopped) timer = setTimeout(look, pauseMs);
    };
    timer = setTimeout(look, pauseMs);
    document.addEventListener('visibilitychange', look);
    return () => {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }
}
