import type { DemoRun } from './demo-run.ts';

/** A line of the table. The ratio says against what, measured in the same run: the limit or a peer. */
export type Measured = { readonly name: string; readonly figure: string; readonly ratio: string };

export type BenchOptions = {
  /** How many events the generated logs hold. */
  readonly events: number;
};

/** Measures one thing and leaves no process behind. */
export type Benchmark = (demo: DemoRun, options: BenchOptions) => Promise<readonly Measured[]>;
