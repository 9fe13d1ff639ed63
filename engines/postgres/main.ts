import { runEngineProcess } from '../engine-process.ts';
import { startPostgres } from './server.ts';

await runEngineProcess('postgres', startPostgres);
