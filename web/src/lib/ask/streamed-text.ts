/** A sentence's words in the JSON that a model writes, whole or broken off. */
const texts = /"text"\s*:\s*"((?:[^"\\]|\\.)*)/g;

/**
 * What of an answer a person can read already, while a model is still writing it as JSON.
 *
 * @param written the beginning of the JSON
 */
export function readableSoFar(written: string): string {
  const sentences = Array.from(written.matchAll(texts), ([, escaped = '']) => unescaped(escaped));
  return sentences.join(' ').trim();
}

/** Cut back to where it can be read: the end may stand in the middle of an escape. */
function unescaped(text: string): string {
  const whole = text.replace(/\\(?:u[\da-f]{0,3})?$/i, '');
  try {
    return String(JSON.parse(`"${whole}"`));
  } catch {
    return '';
  }
}
