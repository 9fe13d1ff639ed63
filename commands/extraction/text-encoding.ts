import chardet from 'chardet';
import iconv from 'iconv-lite';

export type DecodedText = { text: string; encoding: string; warnings: string[] };

const sampleBytes = 64 * 1024;
const escapeCharacter = '\u001b';

/**
 * Text from bytes in whatever encoding they are: by byte order mark, else UTF-16 by its pattern of zeros, else UTF-8
 * if it is valid, else what the statistics of the bytes say. Undefined when the bytes are no text at all.
 */
export function decodeText(bytes: Uint8Array): DecodedText | undefined {
  const decoded = byMark(bytes) ?? asUtf16(bytes) ?? asIso2022(bytes) ?? asUtf8(bytes) ?? byStatistics(bytes);
  return decoded !== undefined && looksLikeText(decoded.text) ? decoded : undefined;
}

/** Decodes with a named encoding, as a MIME part or HTML page declares it; undefined when the name is unknown. */
export function decodeAs(bytes: Uint8Array, encoding: string): string | undefined {
  return iconv.encodingExists(encoding) ? iconv.decode(bytes, encoding) : undefined;
}

function byMark(bytes: Uint8Array): DecodedText | undefined {
  const [a, b, c, d] = bytes;
  const as = (encoding: string) => ({ text: iconv.decode(bytes, encoding), encoding, warnings: [] });
  if (a === 0xef && b === 0xbb && c === 0xbf) return as('utf-8');
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? as('utf-32le') : as('utf-16le');
  if (a === 0xfe && b === 0xff) return as('utf-16be');
  return a === 0 && b === 0 && c === 0xfe && d === 0xff ? as('utf-32be') : undefined;
}

/** Without a mark, text in a Latin script has a zero in every other byte and hardly any in the others. */
function asUtf16(bytes: Uint8Array): DecodedText | undefined {
  const sample = bytes.subarray(0, sampleBytes);
  const zeros = [0, 0];
  for (let i = 0; i < sample.length; i++) if (sample[i] === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const half = sample.length / 2;
  if (half < 2 || bytes.length % 2 === 1) return undefined;
  if (odd > half * 0.3 && even < half * 0.02) return utf16('utf-16le', bytes);
  return even > half * 0.3 && odd < half * 0.02 ? utf16('utf-16be', bytes) : undefined;
}

const utf16 = (encoding: string, bytes: Uint8Array): DecodedText => ({
  text: iconv.decode(bytes, encoding),
  encoding,
  warnings: [],
});

/** ISO-2022-JP is seven-bit and so would pass for ASCII; its escape sequences give it away. */
function asIso2022(bytes: Uint8Array): DecodedText | undefined {
  const sample = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, sampleBytes)).toString(
    'latin1',
  );
  if (!sample.includes(`${escapeCharacter}$@`) && !sample.includes(`${escapeCharacter}$B`)) return undefined;
  return { text: new TextDecoder('iso-2022-jp').decode(bytes), encoding: 'iso-2022-jp', warnings: [] };
}

/** Valid UTF-8, or nearly: a file cut in the middle of a letter, or with one bad byte, is still UTF-8. */
function asUtf8(bytes: Uint8Array): DecodedText | undefined {
  const text = new TextDecoder('utf-8').decode(bytes);
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  if (broken === 0) return { text, encoding: 'utf-8', warnings: [] };
  const beyondAscii = text.match(/[^\p{ASCII}\ufffd]/gu)?.length ?? 0;
  if (beyondAscii < broken * 4) return undefined;
  return { text, encoding: 'utf-8', warnings: [`${broken} bytes are not valid UTF-8 and were replaced.`] };
}

function byStatistics(bytes: Uint8Array): DecodedText | undefined {
  // No text in a legacy encoding holds a zero, most other files do.
  if (bytes.includes(0)) return undefined;
  const guesses = chardet.analyse(linesBeyondAscii(bytes));
  for (const { name } of guesses) {
    // What has been tried above is not tried again; Latin-1 is read as its superset, as browsers do.
    if (/^(UTF-|ISO-2022|ASCII)/i.test(name)) continue;
    const encoding = name === 'ISO-8859-1' ? 'windows-1252' : name;
    const text = decodeAs(bytes, encoding);
    if (text === undefined) continue;
    const warnings = [`The encoding is not declared; read as ${encoding}, judging by the bytes.`];
    return { text, encoding: encoding.toLowerCase(), warnings };
  }
  return undefined;
}

/** A sample for the statistics: only lines that hold something beyond ASCII, which says nothing about encodings. */
function linesBeyondAscii(bytes: Uint8Array): Uint8Array {
  const sample: Uint8Array[] = [];
  let size = 0;
  for (let start = 0; start < bytes.length && size < sampleBytes; ) {
    const found = bytes.indexOf(0x0a, start);
    const end = found === -1 ? bytes.length : found + 1;
    const line = bytes.subarray(start, Math.min(end, start + sampleBytes));
    if (line.some((byte) => byte > 0x7f)) {
      sample.push(line);
      size += line.length;
    }
    start = end;
  }
  return Buffer.concat(sample);
}

/** Text has next to no control characters; random bytes have one in eight. */
function looksLikeText(text: string): boolean {
  // Terminal transcripts are text, colours and all.
  const sample = text.slice(0, sampleBytes).replaceAll(escapeCharacter, '');
  const odd = sample.match(/[^\P{Cc}\t\n\v\f\r\x85]|\ufffd/gu)?.length ?? 0;
  return odd <= 2 || odd <= sample.length * 0.02;
}
