import { searchModes } from '#read-api/contract';

/** The ways to search a case: for passages, or for documents over the graph. */
export const pageModes = [...searchModes, 'graph'] as const;
export type PageMode = (typeof pageModes)[number];

export const modeWords: Readonly<Record<PageMode, { label: string; hint: string }>> = {
  hybrid: { label: 'Both', hint: 'Words and meaning, fused' },
  text: { label: 'Words', hint: 'The words as they are written' },
  vector: { label: 'Meaning', hint: 'Passages alike, in other words too' },
  graph: {
    label: 'Graph',
    hint: 'Documents by meaning, by how much leads to them, and by what others think of them',
  },
};

/** The mode an address asks for; anything unknown is hybrid. */
export const modeOf = (value: string | null): PageMode =>
  pageModes.find((mode) => mode === value) ?? 'hybrid';
