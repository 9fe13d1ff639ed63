import model from 'wink-eng-lite-web-model';

/** Words remembered with their stems; emptied when full, which bounds memory and changes no result. */
const rememberedWords = 65_536;
const remembered = new Map<string, string>();
const porter2 = stemmerOf(model.addons.stem);

/** Reduces an English word (lower case) to its stem, by the Porter 2 stemmer that comes with wink's English model. */
export function stem(word: string): string {
  const known = remembered.get(word);
  if (known !== undefined) return known;
  if (remembered.size >= rememberedWords) remembered.clear();
  const root = porter2(word);
  remembered.set(word, root);
  return root;
}

function stemmerOf(addon: unknown): (word: string) => string {
  if (typeof addon !== 'function') {
    throw new Error('wink-eng-lite-web-model has no stemmer: install the version pinned in package.json');
  }
  return (word) => String(addon(word));
}
