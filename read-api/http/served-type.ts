/** What a browser shows by itself and that cannot run anything. */
const shownInline = new Set([
  'application/pdf',
  'text/plain',
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
]);

/** A type of which browsers may run scripts, whatever else it is called; never sent under its own name. */
const isActive = (mediaType: string) => /html|xml|svg|javascript|ecmascript|multipart|wasm/.test(mediaType);

const wellFormed = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,100}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}$/;

/**
 * How original bytes are sent, so that nothing anybody uploads runs in Casefold's origin. The media type is what the
 * sender claimed until extraction has looked, so it is not trusted.
 */
export function servedType(declared: string): { contentType: string; disposition: 'inline' | 'attachment' } {
  const mediaType = declared.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (shownInline.has(mediaType)) return { contentType: mediaType, disposition: 'inline' };
  const named = wellFormed.test(mediaType) && !isActive(mediaType);
  return { contentType: named ? mediaType : 'application/octet-stream', disposition: 'attachment' };
}

/** Belt and braces for bytes from outside: no sniffing, and if a browser shows them, in a sandbox that loads nothing. */
export const untrustedContentHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "sandbox; default-src 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
};
