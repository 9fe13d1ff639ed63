/** The first bytes of every Bolt connection. */
const magic = 0x6060b017;

/** Bolt 5.4: late enough for LOGON, early enough that failures are a code and a message. */
export const boltVersion = { major: 5, minor: 4 };

/** The length in bytes of a client's opening: the magic number and four proposals. */
export const openingBytes = 20;

/**
 * Chooses the protocol version.
 *
 * @param opening the client's first {@link openingBytes} bytes; each proposal is 0, how many minor versions below are
 *   meant as well, minor, major
 * @returns the four bytes of the answer; undefined if this is no Bolt client; zeros if no proposal fits
 */
export function answerOpening(opening: Buffer): Buffer | undefined {
  if (opening.readUInt32BE(0) !== magic) return undefined;
  for (let at = 4; at < openingBytes; at += 4) {
    const [range, minor, major] = [
      opening.readUInt8(at + 1),
      opening.readUInt8(at + 2),
      opening.readUInt8(at + 3),
    ];
    if (major === boltVersion.major && boltVersion.minor <= minor && minor - range <= boltVersion.minor) {
      return Buffer.of(0, 0, boltVersion.minor, boltVersion.major);
    }
  }
  return Buffer.of(0, 0, 0, 0);
}
