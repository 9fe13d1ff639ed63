import model from 'wink-eng-lite-web-model';

/** Reduces an English word (lower case) to its stem, by the Porter 2 stemmer that comes with wink's English model. */
export const stem: (word: string) => string = stemmerOf(model.addons.stem);

function stemmerOf(addon: unknown): (word: string) => string {
  if (typeof addon !== 'function') {
    throw new Error('wink-eng-lite-web-model has no stemmer: install the version pinned in package.json');
  }
  return (word) => String(addon(word));
}
