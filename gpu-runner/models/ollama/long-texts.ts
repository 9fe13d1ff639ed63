/** Cuts a text in two at the white space nearest its middle, or through a word where there is none. */
export function halves(text: string): [string, string] {
  const middle = Math.floor(text.length / 2);
  const before = text.slice(0, middle).search(/\s\S*$/);
  const after = text.slice(middle).search(/\s/);
  const candidates = [before, after === -1 ? -1 : middle + after].filter((at) => at > 0);
  const at =
    candidates.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0] ?? wholeCharacter(text, middle);
  return [text.slice(0, at), text.slice(at)];
}

/** Not between the two halves of a surrogate pair. */
const wholeCharacter = (text: string, at: number) =>
  at > 1 && /[\uDC00-\uDFFF]/.test(text[at] ?? '') && /[\uD800-\uDBFF]/.test(text[at - 1] ?? '')
    ? at - 1
    : at;

/**
 * The same direction with length 1.
 *
 * @throws {Error} for a vector that points nowhere, or holds what is no number
 */
export function unitVector(vector: readonly number[] | Float32Array | Float64Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  if (!Number.isFinite(length) || length === 0)
    throw new Error('The model gave a vector without a direction.');
  return Float32Array.from(vector, (value) => value / length);
}

/** Where unit vectors point on average, with length 1; where the first points, if they cancel out. */
export function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array()] = vectors;
  const sum = new Float64Array(first.length);
  for (const vector of vectors) for (const [at, value] of vector.entries()) sum[at] = (sum[at] ?? 0) + value;
  return Math.hypot(...sum) < 1e-9 ? first : unitVector(sum);
}
