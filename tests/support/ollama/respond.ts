import type { ServerResponse } from 'node:http';
import type { Fault, Faults } from './faults.ts';

/** Answers with an error as Ollama does. */
export function refuse(response: ServerResponse, status: number, error: string): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ error }));
}

export function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
}

/** Does what a fault does before anything is said. @returns true if that was the answer */
export async function failBefore(
  response: ServerResponse,
  fault: Fault | undefined,
  model: string,
  planted: Faults,
): Promise<boolean> {
  switch (fault) {
    case 'missing-model':
      refuse(response, 404, `model '${model}' not found`);
      return true;
    case 'queue-full':
      refuse(response, 503, 'server busy, please try again.  maximum pending requests exceeded');
      return true;
    case 'server-error':
      refuse(response, 500, 'llama runner process has terminated: exit status 2');
      return true;
    case 'bad-gateway':
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>502 Bad Gateway</h1>');
      return true;
    case 'no-first-byte':
      await planted.held();
      return false;
    default:
      return false;
  }
}

/** Sends lines of JSON, one after the other, with whatever goes wrong on the way. */
export async function stream(
  response: ServerResponse,
  lines: readonly object[],
  fault: Fault | undefined,
  planted: Faults,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const half = Math.ceil((lines.length - 1) / 2);
  for (const [index, line] of lines.entries()) {
    if (index === half && fault) {
      if (fault === 'stalls') await planted.held();
      if (fault === 'cut-connection') return void response.destroy();
      if (fault === 'cut-stream') return void response.end();
      if (fault === 'error-in-stream')
        return void response.end(
          `${JSON.stringify({ error: 'an error was encountered while running the model' })}\n`,
        );
      if (fault === 'broken-line') response.write('{"response":"th\n');
    }
    if (response.destroyed) return;
    await write(response, `${JSON.stringify(line)}\n`);
  }
  response.end();
}

/** Resolves when it is on its way, so that a connection is cut after it and not before. */
const write = (response: ServerResponse, text: string) =>
  new Promise<void>((resolve) => void response.write(text, () => resolve()));
