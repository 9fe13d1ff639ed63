import type { Found } from './found.ts';

const email =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}_%+-]{1,64}(?:\.[\p{L}\p{N}_%+-]{1,64}){0,5}@(?:[\p{L}\p{N}-]{1,63}\.){1,6}\p{L}{2,24}(?![\p{L}\p{N}@])/gu;
const url =
  /\b(?:https?|ftp):\/\/[^\s<>"'“”‘’(){}[\]]{1,2000}|(?<![@\p{L}\p{N}./-])www\.(?:[\p{L}\p{N}-]{1,63}\.){1,6}\p{L}{2,24}(?:\/[^\s<>"'“”‘’(){}[\]]{0,2000})?/giu;

/** E-mail addresses and URLs, the latter with the sentence's punctuation left off. */
export function findAddresses(text: string): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(url)) {
    const address = match[0].replace(/[.,;:!?]+$/, '');
    const key = address
      .toLowerCase()
      .replace(/^https?:\/\//, '')
      .replace(/\/$/, '');
    found.push({ start: match.index, end: match.index + address.length, kind: 'url', key });
  }
  for (const match of text.matchAll(email)) {
    const span = { start: match.index, end: match.index + match[0].length };
    found.push({ ...span, kind: 'email', key: match[0].toLowerCase() });
  }
  return found;
}
