import shared from '@eventstore/db-client/generated/shared_pb.js';
import { invalidArgument } from './service-error.ts';

const UUID_FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Reads a UUID in either form the protocol has: a string, or two signed 64-bit halves.
 *
 * @returns 36 lower-case characters
 * @throws INVALID_ARGUMENT if it is no UUID
 */
export function readUuid(uuid: shared.UUID | undefined): string {
  const text = uuid?.hasStructured()
    ? fromHalves(uuid.getStructured())
    : (uuid?.getString() ?? '').toLowerCase();
  if (!UUID_FORM.test(text))
    throw invalidArgument(`An event id has to be a UUID, not '${text.slice(0, 80)}'.`);
  return text;
}

export function writeUuid(text: string): shared.UUID {
  return new shared.UUID().setString(text);
}

/** @throws INVALID_ARGUMENT if the name is missing or is the log's own, `$all` */
export function readStreamName(identifier: shared.StreamIdentifier | undefined): string {
  const name = Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');
  if (name === '') throw invalidArgument('The stream name is missing.');
  if (name === '$all') throw invalidArgument("'$all' is not a stream of its own.");
  return name;
}

export function writeStreamName(name: string): shared.StreamIdentifier {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(name));
}

function fromHalves(halves: shared.UUID.Structured | undefined): string {
  const half = (bits: string | undefined) =>
    BigInt.asUintN(64, BigInt(bits ?? '0'))
      .toString(16)
      .padStart(16, '0');
  const hex = half(halves?.getMostSignificantBits()) + half(halves?.getLeastSignificantBits());
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
