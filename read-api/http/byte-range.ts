import type { ByteRange } from '#platform/ports';

/**
 * What a `Range` header asks of a representation of `size` bytes (RFC 9110, section 14).
 *
 * @returns `whole` where there is no range to serve: none asked for, several (a server may ignore those), or one that
 *   is not well-formed (a server must ignore it); `unsatisfiable` where the range lies outside
 */
export function requestedRange(
  header: string | undefined,
  size: number,
): ByteRange | 'whole' | 'unsatisfiable' {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? '');
  if (!match) return 'whole';
  const [, first = '', last = ''] = match;
  if (first === '') {
    if (last === '') return 'whole';
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return 'whole';
  if (start >= size) return 'unsatisfiable';
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) };
}
