/**
 * Width and height in pixels as a picture's header states them, read before anything decodes it: a small file can
 * claim a picture that fills the memory. Undefined when the header is not understood.
 */
export function pictureSize(bytes: Uint8Array): { width: number; height: number } | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    const mark = view.toString('latin1', 0, 4);
    if (mark === '\u0089PNG') return { width: view.readUInt32BE(16), height: view.readUInt32BE(20) };
    if (mark === 'GIF8') return { width: view.readUInt16LE(6), height: view.readUInt16LE(8) };
    if (mark.startsWith('BM')) return { width: view.readInt32LE(18), height: Math.abs(view.readInt32LE(22)) };
    if (mark === 'RIFF') return webpSize(view);
    if (mark.startsWith('\u00ff\u00d8')) return jpegSize(view);
  } catch (error) {
    // Reading past the end: the file is cut off within its header.
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

/** RFC 9649: lossy, lossless and extended headers. */
function webpSize(view: Buffer): { width: number; height: number } | undefined {
  const kind = view.toString('latin1', 12, 16);
  if (kind === 'VP8 ')
    return { width: view.readUInt16LE(26) & 0x3fff, height: view.readUInt16LE(28) & 0x3fff };
  if (kind === 'VP8X') return { width: view.readUIntLE(24, 3) + 1, height: view.readUIntLE(27, 3) + 1 };
  if (kind !== 'VP8L') return undefined;
  const bits = view.readUInt32LE(21);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

/** ITU-T T.81: walks the segments to the first frame header (SOF). */
function jpegSize(view: Buffer): { width: number; height: number } | undefined {
  let at = 2;
  while (at < view.length) {
    const marker = view.readUInt8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { width: view.readUInt16BE(at + 7), height: view.readUInt16BE(at + 5) };
    at += marker === 0xff ? 1 : 2 + view.readUInt16BE(at + 2);
  }
  return undefined;
}
