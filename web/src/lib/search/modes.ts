import { type SearchAnswer, searchModes } from '#read-api/contract';

export const modeWords: Readonly<Record<SearchAnswer['mode'], { label: string; hint: string }>> = {
  hybrid: { label: 'Both', hint: 'Words and meaning, fused' },
  text: { label: 'Words', hint: 'The words as they are written' },
  vector: { label: 'Meaning', hint: 'Passages alike, in other words too' },
};

/** The mode an address asks for; anything unknown is hybrid. */
export const modeOf = (value: string | null): SearchAnswer['mode'] =>
  searchModes.find((mode) => mode === value) ?? 'hybrid';
