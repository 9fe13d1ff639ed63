import type { Written } from '../contract.ts';

/** What every write answers. */
export const writtenAnswer = ({ position }: { position: bigint }): Written => ({
  position: String(position),
});
