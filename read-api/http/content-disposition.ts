/**
 * `Content-Disposition` with a file name that every client can read: plain ASCII in `filename` for old ones, the true
 * name in `filename*` (RFC 6266, encoded as RFC 8187 says).
 */
export function contentDisposition(kind: 'inline' | 'attachment', fileName: string): string {
  // Whatever is not a plain printable character, or has a meaning inside the quotes or as an escape, is replaced.
  const plain = fileName
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|["%\\/]/gu, '_');
  return `${kind}; filename="${plain}"; filename*=UTF-8''${extendedValue(fileName)}`;
}

/** Percent-encodes what RFC 8187's `attr-char` leaves out but `encodeURIComponent` lets through. */
function extendedValue(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
