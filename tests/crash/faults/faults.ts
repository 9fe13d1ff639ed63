import { pathToFileURL } from 'node:url';

/** Modules of the product and what takes their place: paths from the project's folder, and from this one. */
export type FaultFiles = Readonly<Record<string, string>>;

const ports = { 'engines/connect.ts': './faulty-ports.ts' };

/** What can be wrong with a Casefold, in words, and where the fault is put. */
export const faults = {
  'the log acknowledges what is not on disk yet': {
    'engines/eventstore/storage/database.ts': './lazy-disk.ts',
  },
  'the graph acknowledges what is not on disk yet': {
    'engines/graph/transaction.ts': './early-graph-commit.ts',
  },
  'the blob store acknowledges what is not on disk yet': ports,
  'reactors acknowledge an event before they have done their work': ports,
  'reactors make up the ids of their commands': { 'commands/command-context.ts': './new-command-ids.ts' },
  'projections move their checkpoints apart from their rows': {
    'projections/runner/postgres/commit.ts': './two-transactions.ts',
  },
  'readers are not made to wait for their own writes': { 'platform/position-waiter.ts': './no-waiting.ts' },
} as const satisfies Record<string, FaultFiles>;

export type Fault = keyof typeof faults;

/** Environment variables with which a Casefold has a fault. */
export const settingsWith = (fault: Fault): Readonly<Record<string, string>> => ({
  CASEFOLD_PLANTED_FAULT: fault,
  NODE_OPTIONS: `--import=${pathToFileURL(`${import.meta.dirname}/plant.ts`).href}`,
});

/** The fault this process was started with. */
export const plantedFault = (): string | undefined => process.env.CASEFOLD_PLANTED_FAULT;
