/**
 * Reads the body of an answer as UTF-8.
 *
 * @param most bytes
 * @returns undefined if it is longer, before all of it is read
 * @throws as the body does, when it breaks off
 */
export async function readAtMost(response: Response, most: number): Promise<string | undefined> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > most) return undefined;
    pieces.push(piece);
  }
  return new TextDecoder().decode(Buffer.concat(pieces));
}
