import { recommenderIdentity } from '../../recommend/identity.ts';
import type { ModelName } from '../model.ts';
import { createExtractiveAnswerer } from './answerer/extractive-answerer.ts';
import { behaviourRulesIdentity } from './behaviour/rules.ts';
import { createBuiltInEmbedders } from './embedders.ts';
import { createExtractiveAnalyst } from './extractive-analyst.ts';
import { createReportComposer } from './reporter/report-composer.ts';

export type BuiltInModel = { readonly identity: ModelName; readonly does: string };

/** The models that need no server and no weights, and what each of them does. */
export const builtInModels = (): readonly BuiltInModel[] => [
  { identity: createExtractiveAnalyst().identity, does: 'reads documents' },
  { identity: createExtractiveAnswerer().identity, does: 'answers questions' },
  { identity: createReportComposer().identity, does: 'writes reports' },
  { identity: behaviourRulesIdentity, does: 'tells how people get on' },
  { identity: recommenderIdentity, does: 'recommends documents' },
  ...createBuiltInEmbedders().map(({ identity }) => ({ identity, does: 'embeds by words alone' })),
];
