/** One page of a TIFF: the same bytes, made to begin with that page, and its size in pixels. */
export type TiffPage = { bytes: Buffer; width: number; height: number };

/**
 * The pages of a TIFF (revision 6.0). Its directories form a chain from the header; a copy whose header points to a
 * later one is a TIFF that begins with that page, which is how a decoder of single pictures gets to see it.
 */
export function tiffPages(bytes: Uint8Array, mostPages: number): TiffPage[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const little = file.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number) => (little ? file.readUInt16LE(at) : file.readUInt16BE(at));
  const u32 = (at: number) => (little ? file.readUInt32LE(at) : file.readUInt32BE(at));
  const pages: TiffPage[] = [];
  const seen = new Set<number>();
  try {
    for (let at = u32(4); at !== 0 && !seen.has(at) && pages.length < mostPages; ) {
      seen.add(at);
      const count = u16(at);
      const field = (tag: number) => {
        for (let entry = at + 2; entry < at + 2 + count * 12; entry += 12) {
          if (u16(entry) === tag) return u16(entry + 2) === 3 ? u16(entry + 8) : u32(entry + 8);
        }
        return 0;
      };
      const copy = Buffer.from(file);
      if (little) copy.writeUInt32LE(at, 4);
      else copy.writeUInt32BE(at, 4);
      pages.push({ bytes: copy, width: field(256), height: field(257) });
      at = u32(at + 2 + count * 12);
    }
  } catch (error) {
    // Reading past the end: the pages before the cut are kept.
    if (!(error instanceof RangeError)) throw error;
  }
  return pages;
}
