import { runEngineProcess } from '../engine-process.ts';
import { startGraph } from './server.ts';

await runEngineProcess('graph', startGraph);
