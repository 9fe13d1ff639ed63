/** Content-addressed bytes: their SHA-256 is a strong entity tag. */
export const entityTag = (sha256: string): string => `"${sha256}"`;

/** Whether `If-None-Match` names this tag (RFC 9110, section 13.1.2; compared weakly, as told there). */
export function noneMatch(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((each) => {
    const given = each.trim().replace(/^W\//, '');
    return given === '*' || given === tag;
  });
}

/** Whether a `Range` still applies: `If-Range` is absent or holds this very tag (RFC 9110, section 13.1.5). */
export const rangeStillApplies = (ifRange: string | undefined, tag: string): boolean =>
  ifRange === undefined || ifRange.trim() === tag;
