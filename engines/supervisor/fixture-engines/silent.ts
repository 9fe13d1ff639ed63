import { runEngineProcess } from '../../engine-process.ts';

/** Never becomes ready. */
setInterval(() => undefined, 1_000);
await runEngineProcess('silent', () => new Promise(() => undefined));
