import type { Provenance } from '../document/events.ts';
import type { Recommendation } from './events.ts';

/** The list for a person in a case, as it was worked out from all of the log up to `upTo`. */
export type RecordRecommendations = {
  readonly type: 'RecordRecommendations';
  readonly userId: string;
  readonly caseId: string;
  readonly recommendations: readonly Recommendation[];
  /** Place in the log, as decimal digits. */
  readonly upTo: string;
  readonly provenance: Provenance;
};

type About = { readonly userId: string; readonly caseId: string; readonly documentId: string };
export type FollowRecommendation = { readonly type: 'FollowRecommendation' } & About;
export type DismissRecommendation = { readonly type: 'DismissRecommendation' } & About;

export type RecommendationCommand = RecordRecommendations | FollowRecommendation | DismissRecommendation;
