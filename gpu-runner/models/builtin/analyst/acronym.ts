/** `Islamic State of Iraq and the Levant` as `ISIL`: the initials of its capitalised words, in capitals. */
export const acronymOf = (name: string): string =>
  name
    .split(/[\s-]+/)
    .filter((word) => /^\p{Lu}/u.test(word))
    .map((word) => word.charAt(0))
    .join('');
