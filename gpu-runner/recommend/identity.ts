import { behaviourDigest } from '../models/builtin/digest.ts';
import type { ModelIdentity } from '../models/model.ts';
import { recommendationWeights } from './recommend.ts';

/** What ranks: code and weights, no model of language. */
export const recommenderIdentity: ModelIdentity = {
  name: 'casefold-recommender',
  version: '1',
  digest: behaviourDigest(['casefold-recommender@1', JSON.stringify(recommendationWeights)]),
  kind: 'built-in',
};
