import { runEngineProcess } from '../../engine-process.ts';
import { startPidServer } from './pid-server.ts';

/** Cannot be stopped but by SIGKILL. */
await runEngineProcess('stubborn', async (options) => ({
  ...(await startPidServer(options)),
  close: () => new Promise(() => undefined),
}));
