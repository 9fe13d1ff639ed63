import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { ExtractionError, messageOf } from './extraction-error.ts';
import type { ExtractionLimits } from './limits.ts';

/** Small containers may pack as well as they like: what they unpack to fits in memory many times over. */
const harmlessBytes = 16 * 1024 * 1024;

/**
 * Opens a zip container without trusting it: refuses it by what it declares (number of entries, size, ratio), then
 * unpacks every entry once, counting and keeping nothing, so that a container that lies is refused as well. Only then
 * may a library that unpacks into memory have it.
 * @returns the names of the entries, and the content of those wanted
 * @throws {ExtractionError} `zip-bomb`, `encrypted`, `truncated-or-damaged`
 */
export async function checkZip(
  bytes: Uint8Array,
  limits: ExtractionLimits,
  wanted: ReadonlySet<string>,
): Promise<{ names: Set<string>; contents: Map<string, Buffer> }> {
  const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).catch(
    damaged,
  );
  if (zip.entryCount > limits.maxZipEntries) throw bomb(`it has ${zip.entryCount} entries`);
  const entries: Entry[] = [];
  let declared = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      entries.push(entry);
      declared += entry.uncompressedSize;
    }
  } catch (error) {
    damaged(error);
  }
  refuseTooLarge(declared, bytes.length, limits);
  if (entries.some((entry) => entry.isEncrypted())) {
    throw new ExtractionError(
      'encrypted',
      'The file is protected by a password. Remove it and upload the file again.',
    );
  }

  const contents = new Map<string, Buffer>();
  let unpacked = 0;
  for (const entry of entries) {
    const kept: Buffer[] = [];
    for await (const chunk of unpack(zip, entry)) {
      unpacked += chunk.length;
      refuseTooLarge(unpacked, bytes.length, limits);
      if (wanted.has(entry.fileName)) kept.push(chunk);
    }
    if (wanted.has(entry.fileName)) contents.set(entry.fileName, Buffer.concat(kept));
  }
  return { names: new Set(entries.map((entry) => entry.fileName)), contents };
}

async function* unpack(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  try {
    yield* await zip.openReadStreamPromise(entry);
  } catch (error) {
    // The reader itself notices an entry that unpacks to more than it declares.
    if (/too many bytes/.test(messageOf(error))) throw bomb('an entry unpacks to more than it declares');
    damaged(error);
  }
}

function refuseTooLarge(unpacked: number, packed: number, limits: ExtractionLimits): void {
  if (unpacked > limits.maxUnpackedBytes)
    throw bomb(`it unpacks to more than ${limits.maxUnpackedBytes} bytes`);
  if (unpacked > harmlessBytes && unpacked > packed * limits.maxZipRatio) {
    throw bomb(`it unpacks to more than ${limits.maxZipRatio} times its size`);
  }
}

const bomb = (what: string): ExtractionError =>
  new ExtractionError(
    'zip-bomb',
    `The file was refused before it was unpacked: ${what}, as only files made to exhaust a machine do. ` +
      'If it is genuine, save it again from the program it came from, or as PDF.',
  );

function damaged(error: unknown): never {
  throw new ExtractionError(
    'truncated-or-damaged',
    `The file is a zip container that cannot be read (${messageOf(error)}). Get it again from its source.`,
    { cause: error },
  );
}
