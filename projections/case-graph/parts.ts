import { edgePart, nodePart } from '../read-model.ts';

/**
 * What lies in the graph, as entries: every property of a label or type, and the things' own ids. Positions are text,
 * as a graph's integers do not fit JavaScript's numbers.
 */
type Node<Properties> = Properties & { readonly id: string; readonly lastPosition: string };
type Edge<Properties = unknown> = Properties & {
  readonly from: string;
  readonly to: string;
  readonly lastPosition: string;
};

export const caseFile = nodePart<Node<{ caseId: string; name: string }>>('CaseFile');
export const document =
  nodePart<Node<{ documentId: string; caseId: string; fileName: string; withdrawn: boolean }>>('Document');
export const entity =
  nodePart<Node<{ entityId: string; caseId: string; kind: string; name: string; normalised: string }>>(
    'Entity',
  );
export const relation =
  nodePart<Node<{ caseId: string; kind: string; ofEntity: string; toEntity: string }>>('Relation');
export const topic = nodePart<Node<{ caseId: string; label: string }>>('Topic');
export const finalReport = nodePart<Node<{ reportId: string; caseId: string; title: string }>>('FinalReport');
export const user = nodePart<Node<{ userId: string }>>('User');

export const reportOf = edgePart<Edge>('REPORT_OF', { from: 'FinalReport', to: 'CaseFile' });
export const cites = edgePart<Edge<{ times: number }>>(
  'CITES',
  { from: 'FinalReport', to: 'Document' },
  { owned: true },
);
export const inCase = edgePart<Edge>('IN_CASE', { from: 'Document', to: 'CaseFile' });
export const attachedTo = edgePart<Edge>('ATTACHED_TO', { from: 'Document', to: 'Document' });
export const mentions = edgePart<Edge<{ mentions: string; times: number }>>(
  'MENTIONS',
  { from: 'Document', to: 'Entity' },
  { owned: true },
);
export const states = edgePart<Edge<{ sentence: string }>>(
  'STATES',
  { from: 'Document', to: 'Relation' },
  { owned: true },
);
export const relationOf = edgePart<Edge>('RELATION_OF', { from: 'Entity', to: 'Relation' });
export const relationTo = edgePart<Edge>('RELATION_TO', { from: 'Relation', to: 'Entity' });
export const mergedInto = edgePart<Edge>('MERGED_INTO', { from: 'Entity', to: 'Entity' }, { owned: true });
export const about = edgePart<Edge<{ score: number; mentions: string }>>(
  'ABOUT',
  { from: 'Document', to: 'Topic' },
  { owned: true },
);
export const similarTo = edgePart<Edge<{ score: number }>>(
  'SIMILAR_TO',
  { from: 'Document', to: 'Document' },
  { owned: true },
);
export const viewed = edgePart<Edge<{ times: number }>>('VIEWED', { from: 'User', to: 'Document' });
export const liked = edgePart<Edge>('LIKED', { from: 'User', to: 'Document' });

/** A person's list in a case. `reasons` is JSON, as in the event. */
export const recommendation = nodePart<Node<{ userId: string; caseId: string }>>('Recommendation');
export const recommendedTo = edgePart<Edge>('RECOMMENDED_TO', { from: 'Recommendation', to: 'User' });
export const recommends = edgePart<Edge<{ score: number; rank: number; reasons: string }>>(
  'RECOMMENDS',
  { from: 'Recommendation', to: 'Document' },
  { owned: true },
);
export const followed = edgePart<Edge>('FOLLOWED', { from: 'User', to: 'Document' });
export const dismissed = edgePart<Edge>('DISMISSED', { from: 'User', to: 'Document' });

export const recommendationId = (userId: string, caseId: string) => `${userId}+${caseId}`;
export const topicId = (caseId: string, label: string) => `${caseId}:topic:${label}`;
export const relationId = (from: string, kind: string, to: string) => `${from}:${kind}:${to}`;
