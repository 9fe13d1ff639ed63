import { createHash } from 'node:crypto';

/**
 * Puts text that is not ours between two marks, so that a model can tell what it is to read from what it is to do. The
 * mark is made of the text's own hash: no text can hold the mark that closes it, whatever it says.
 *
 * @param label what it is, in our own words: `passage 3`
 * @returns the block, and nothing of the text changed
 */
export function dataBlock(label: string, text: string): string {
  const mark = createHash('sha256').update(label).update('\0').update(text).digest('hex').slice(0, 16);
  return `<<<${label} ${mark}\n${text}\n${mark} ${label}>>>`;
}
