import { cleanLine } from './clean-text.ts';

/**
 * A file name fit to store and show, from one that a stranger chose: no folders, no control or bidirectional override
 * characters, none that a file system refuses, at most 200 characters with its extension kept.
 * @param fallback used when nothing is left; gets no treatment itself
 */
export function safeFileName(raw: string | null | undefined, fallback: string): string {
  const base = cleanLine(raw ?? '')
    .split(/[/\\]/)
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .at(-1);
  const name = (base ?? '')
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  if (name === '') return fallback;
  const extension = /\.[\p{L}\p{N}]{1,10}$/u.exec(name)?.[0] ?? '';
  const stem = Array.from(name.slice(0, name.length - extension.length));
  return stem.slice(0, 200 - extension.length).join('') + extension;
}
