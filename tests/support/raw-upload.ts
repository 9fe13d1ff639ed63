import { once } from 'node:events';
import { connect } from 'node:net';
import type { Product } from './product.ts';

const boundary = 'a-boundary-that-nobody-writes';
const line = '\r\n';

/** A part of a form as it stands on the wire; what a form library would refuse or escape goes as it is. */
export const rawPart = (name: string, content: string, fileName?: string): string =>
  [
    `--${boundary}`,
    `content-disposition: form-data; name="${name}"${fileName === undefined ? '' : `; filename="${fileName}"`}`,
    '',
    content,
    '',
  ].join(line);

/** The end of a form. */
export const rawEnd = `--${boundary}--${line}`;

/** Sends a form as these very bytes. */
export const sendRaw = ({ request }: Product, body: string): Promise<Response> =>
  request('/api/upload', {
    body: Buffer.from(body, 'latin1'),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  });

/** Begins to send a form, and breaks the connection off when this much of it has gone out. */
export async function sendHalf({ url, token }: Product, body: string): Promise<void> {
  const { port, hostname, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const head = [
    'POST /api/upload HTTP/1.1',
    `host: ${host}`,
    `authorization: Bearer ${token}`,
    `content-type: multipart/form-data; boundary=${boundary}`,
    `content-length: ${body.length * 2}`,
    '',
    '',
  ].join(line);
  await new Promise<void>((sent) => socket.write(head + body, () => sent()));
  socket.destroy();
  await once(socket, 'close');
}
