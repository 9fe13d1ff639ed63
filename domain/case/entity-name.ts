/** Legal forms in the forms that are compared: `corp` and `corporation` are one form, `inc` and `ltd` are two. */
const legalForms: Readonly<Record<string, string>> = {
  inc: 'inc',
  incorporated: 'inc',
  corp: 'corp',
  corporation: 'corp',
  co: 'co',
  company: 'co',
  ltd: 'ltd',
  limited: 'ltd',
  llc: 'llc',
  llp: 'llp',
  lp: 'lp',
  plc: 'plc',
  gmbh: 'gmbh',
  ag: 'ag',
  sa: 'sa',
  bv: 'bv',
  nv: 'nv',
};
const honorifics = new Set('mr mrs ms miss dr prof professor sir dame lord lady rev'.split(' '));

/** A name as words that can be compared: no accents, no case, no full stops, no article at its beginning. */
export function nameWords(name: string): string[] {
  const words = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/['’]s\b/g, '')
    .replace(/(?<=\p{L})\.(?=\p{L}\.|\p{L}\b)/gu, '')
    .split(/[^\p{L}\p{N}&]+/u)
    .filter((word) => word !== '');
  return words[0] === 'the' && words.length > 1 ? words.slice(1) : words;
}

/** The words without what says only of what kind the thing is: a company's form, a person's title. */
export function coreWords(kind: string, name: string): string[] {
  const words = nameWords(name);
  const isOutside =
    kind === 'organisation'
      ? (word: string) => word in legalForms
      : (word: string) => kind === 'person' && honorifics.has(word);
  const core = words.filter((word) => !isOutside(word));
  return core.length > 0 ? core : words;
}

/**
 * What is the same of two spellings of one name: `Bolivar Mining Corp.`, `BOLIVAR MINING CORP` and `Bolivar Mining
 * Corporation`; `Dr. Ada King` and `Ada King`. Careful: companies of different forms are different companies, and who a
 * bare surname means only a person can say. Of other kinds than persons and organisations only case and spacing count.
 */
export function entityNameKey(kind: string, name: string): string {
  const plain = name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
  if (kind === 'person') return coreWords(kind, name).join(' ') || plain;
  if (kind !== 'organisation') return plain;
  const words = nameWords(name).map((word) => legalForms[word] ?? word);
  return words.join(' ') || plain;
}
