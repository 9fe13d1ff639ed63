import type { DemoRun } from './demo-run.ts';

/** A line of the table. The ratio says against what, measured in the same run: the limit or a peer. */
export type Measured = { readonly name: string; readonly figure: string; readonly ratio: string };

/** Measures one thing and leaves no process behind. */
export type Benchmark = (demo: DemoRun) => Promise<readonly Measured[]>;
