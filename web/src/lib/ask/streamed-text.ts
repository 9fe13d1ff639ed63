/** A sentence's words in the JSON that a model writes, up to where they are broken off: never in the middle of an escape. */
const texts = /"text"\s*:\s*"((?:[^"\\]|\\[^u]|\\u[\da-fA-F]{4})*)/g;

/**
 * What of an answer a person can read already, while a model is still writing it as JSON.
 *
 * @param written the beginning of the JSON
 */
export function readableSoFar(written: string): string {
  const sentences = Array.from(written.matchAll(texts), ([, escaped = '']) => unescaped(escaped));
  return sentences.join(' ').trim();
}

/** Nothing where it is no JSON. */
function unescaped(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return '';
  }
}
