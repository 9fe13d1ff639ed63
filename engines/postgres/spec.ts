import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineSpec } from '../supervisor/engine-spec.ts';

/** The embedded Postgres for a supervisor, with its data under `<dataFolder>/postgres`. */
export function postgresEngine(dataFolder: string, port?: number): EngineSpec {
  return {
    name: 'postgres',
    main: fileURLToPath(new URL('./main.ts', import.meta.url)),
    folder: join(dataFolder, 'postgres'),
    url: (chosen) => `postgres://casefold@127.0.0.1:${chosen}/postgres`,
    ...(port === undefined ? {} : { port }),
  };
}
