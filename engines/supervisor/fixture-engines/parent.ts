import { join } from 'node:path';
import { createLogger } from '#platform/log';
import { superviseEngines } from '../supervise.ts';

/** Supervises fixture engines under the folder given, says their process ids, and waits to be killed. */
const folder = process.argv[2] ?? '';
const engine = (name: string, file: string) => ({
  name,
  main: join(import.meta.dirname, file),
  folder: join(folder, name),
  url: (port: number) => `tcp://127.0.0.1:${port}`,
});
const starting = superviseEngines([engine('silent', 'silent.ts')], {
  log: createLogger('parent', 'silent'),
  onChange: (state) => process.stdout.write(`${JSON.stringify(state)}\n`),
});
await superviseEngines([engine('first', 'pid-server.ts'), engine('second', 'pid-server.ts')], {
  log: createLogger('parent', 'silent'),
  onChange: (state) => process.stdout.write(`${JSON.stringify(state)}\n`),
});
await starting;
