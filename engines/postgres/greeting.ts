import type { Database } from './database.ts';
import { cString, errorResponse, int32, message, readCString } from './wire.ts';

/** What the first packet of a connection asks for ("Start-up" in PostgreSQL's protocol). */
export type Opening =
  | { readonly kind: 'encryption' }
  | { readonly kind: 'cancel'; readonly processId: number; readonly secret: number }
  | {
      readonly kind: 'start';
      readonly minorVersion: number;
      readonly parameters: ReadonlyMap<string, string>;
    }
  | { readonly kind: 'unsupported'; readonly error: Buffer };

/** The one database of the engine. */
const DATABASE = 'postgres';

const PROTOCOL_3 = 3;
const CANCEL_REQUEST = 80877102;
const SSL_REQUEST = 80877103;
const GSS_REQUEST = 80877104;

/** Reads an opening packet, without its length. */
export function readOpening(packet: Buffer): Opening {
  const code = packet.length >= 4 ? packet.readInt32BE(0) : 0;
  if (code === SSL_REQUEST || code === GSS_REQUEST) return { kind: 'encryption' };
  if (code === CANCEL_REQUEST && packet.length >= 12)
    return { kind: 'cancel', processId: packet.readInt32BE(4), secret: packet.readInt32BE(8) };
  if (code >>> 16 !== PROTOCOL_3)
    return {
      kind: 'unsupported',
      error: errorResponse({
        severity: 'FATAL',
        code: '0A000',
        message: `unsupported frontend protocol ${code >>> 16}.${code & 0xffff}: this server speaks 3.0`,
      }),
    };
  const parameters = new Map<string, string>();
  for (let at = 4; at < packet.length && packet[at] !== 0; ) {
    const name = readCString(packet, at);
    const value = readCString(packet, name.end);
    parameters.set(name.text, value.text);
    at = value.end;
  }
  return { kind: 'start', minorVersion: code & 0xffff, parameters };
}

/** The error for a start-up that asks for what this server cannot give; null if there is none. */
export function refusalOf(parameters: ReadonlyMap<string, string>): Buffer | null {
  const database = parameters.get('database') ?? parameters.get('user') ?? '';
  const encoding = parameters.get('client_encoding') ?? 'UTF8';
  const refuse = (code: string, message: string, hint: string) =>
    errorResponse({ severity: 'FATAL', code, message, hint });
  if (database !== DATABASE)
    return refuse(
      '3D000',
      `database "${database}" does not exist`,
      `The embedded engine has one: ${DATABASE}.`,
    );
  if (!/^'?utf-?8'?$/i.test(encoding))
    return refuse(
      '0A000',
      `client encoding "${encoding}" is not supported`,
      'The embedded engine speaks UTF8.',
    );
  if ((parameters.get('replication') ?? 'false') !== 'false')
    return refuse('0A000', 'replication is not supported', 'The embedded engine has no replication.');
  return null;
}

/** Settings a server reports to each new client, in the order PostgreSQL does. */
const REPORTED = [
  ...['server_version', 'server_encoding', 'client_encoding', 'is_superuser', 'session_authorization'],
  ...['DateStyle', 'IntervalStyle', 'TimeZone', 'integer_datetimes', 'standard_conforming_strings'],
  ...['default_transaction_read_only', 'in_hot_standby', 'search_path'],
];

/** The reported settings and their values, asked from the engine once. */
export function reportedSettings(database: Database): ReadonlyMap<string, string> {
  const rows = database.query('SELECT name, setting FROM pg_settings');
  const all = new Map(rows.map(([name, setting]) => [name ?? '', setting ?? '']));
  all.set('is_superuser', 'on');
  all.set('session_authorization', database.query('SELECT session_user')[0]?.[0] ?? 'postgres');
  return new Map(REPORTED.flatMap((name) => [[name, all.get(name) ?? ''] as const]));
}

/** The answer to an accepted start-up: no password asked, the settings, the cancellation key, ready. */
export function greeting(
  opening: Extract<Opening, { kind: 'start' }>,
  settings: ReadonlyMap<string, string>,
  key: { processId: number; secret: number },
): Buffer {
  const newer = opening.minorVersion > 0 ? [message('v', int32(0), int32(0))] : [];
  const reported = new Map(settings).set(
    'application_name',
    opening.parameters.get('application_name') ?? '',
  );
  return Buffer.concat([
    ...newer,
    message('R', int32(0)),
    ...[...reported].map(([name, value]) => message('S', cString(name), cString(value))),
    message('K', int32(key.processId), int32(key.secret)),
    message('Z', Buffer.from('I')),
  ]);
}
