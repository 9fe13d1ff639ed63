/** What stands in a prompt: our own words, and blocks of data with the words of others. */
export type PromptParts = { readonly blocks: { label: string; text: string }[]; readonly own: string };

/**
 * Reads a prompt as its instruction tells a model to: a block ends at the mark that its own code makes, and nowhere else.
 *
 * @throws {Error} if a block has no end
 */
export function partsOf(prompt: string): PromptParts {
  const blocks: { label: string; text: string }[] = [];
  let own = '';
  let rest = prompt;
  for (;;) {
    const opening = /^<<<(.+) ([0-9a-f]{16})\n/m.exec(rest);
    if (!opening) return { blocks, own: own + rest };
    const [{ length }, label = '', mark = ''] = opening;
    const from = opening.index + length;
    const closing = `\n${mark} ${label}>>>`;
    const to = rest.indexOf(closing, from);
    if (to === -1) throw new Error(`The block "${label}" has no end.`);
    own += rest.slice(0, opening.index);
    blocks.push({ label, text: rest.slice(from, to) });
    rest = rest.slice(to + closing.length);
  }
}
