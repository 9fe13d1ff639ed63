import { runEngineProcess } from '../engine-process.ts';
import { startEventStore } from './server.ts';

await runEngineProcess('eventstore', startEventStore);
