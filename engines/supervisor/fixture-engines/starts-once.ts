import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runEngineProcess } from '../../engine-process.ts';
import { startPidServer } from './pid-server.ts';

/** Starts the first time and never again. */
await runEngineProcess('starts-once', async (options) => {
  const mark = join(options.folder, 'started');
  if (existsSync(mark)) throw new Error('the second start is broken');
  writeFileSync(mark, '');
  return startPidServer(options);
});
