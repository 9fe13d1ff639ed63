/**
 * How many letters have to be put in, left out, changed, or swapped with their neighbour to make one word the other (optimal
 * string alignment: Damerau 1964).
 *
 * @param most beyond this the answer is only that it is more: `most + 1`
 */
export function editDistance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  const tooFar = most + 1;
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row++) {
    // Whatever is further from the diagonal is further than `most` apart already.
    const from = Math.max(1, row - most);
    const to = Math.min(other.length, row + most);
    const current: number[] = [];
    current[from - 1] = from === 1 ? row : tooFar;
    let leastOfRow = current[from - 1] ?? tooFar;
    for (let column = from; column <= to; column++) {
      const same = one[row - 1] === other[column - 1];
      let least = Math.min(
        (last[column] ?? tooFar) + 1,
        (current[column - 1] ?? tooFar) + 1,
        (last[column - 1] ?? tooFar) + (same ? 0 : 1),
      );
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (row > 1 && column > 1 && swapped) least = Math.min(least, (before[column - 2] ?? tooFar) + 1);
      current[column] = least;
      leastOfRow = Math.min(leastOfRow, least);
    }
    if (leastOfRow > most) return tooFar;
    [before, last] = [last, current];
  }
  return Math.min(last[other.length] ?? tooFar, tooFar);
}
