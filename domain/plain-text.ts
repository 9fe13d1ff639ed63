import { z } from 'zod';

const controls = /\p{Cc}/u;
const controlsButLines = /(?![\n\t])\p{Cc}/u;

/** Postgres' text and jsonb hold every string but these: one with a NUL, and one with half of a surrogate pair. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/**
 * A machine's text made fit to store: each NUL and each lone surrogate becomes U+FFFD. As long as it was in UTF-16 code
 * units, so offsets into it stay true.
 */
export const cleanText = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');

const plain = (forbidden: RegExp) =>
  z
    .string()
    .refine((text) => text.isWellFormed(), 'Must be well-formed Unicode: it holds half of a surrogate pair.')
    .trim()
    .refine((text) => !forbidden.test(text), 'Must not contain control characters.');

/** What a person wrote on one line, trimmed. Anything that cannot be stored, shown or searched for is refused. */
export const plainText = plain(controls);

/** What a person wrote on one line or several: as `plainText`, and line feeds and tabs may be in it. */
export const plainLines = plain(controlsButLines);

/** What a machine found or said: cleaned, never refused, for there is nobody to mend it. */
export const foundText = z.string().overwrite(cleanText);
