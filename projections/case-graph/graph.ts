import type { GraphSchema } from '#platform/graph-schema';
import { controlNodes } from '../runner/graph/control-schema.ts';

/** Readers see one generation of the graph: the ids of its nodes begin with this. */
export const caseGraphGeneration = 1;

/** Id of a node: its generation and its own id. */
export const nodeId = (generation: number, id: string) => `g${generation}:${id}`;

/** A document's, case's and user's own ids are kept beside the node's, which carries the generation. */
export const caseGraphSchema: GraphSchema = {
  nodes: {
    ...controlNodes,
    CaseFile: {
      key: 'id',
      properties: { id: 'string', caseId: 'string', name: 'string', lastPosition: 'string' },
    },
    Document: {
      key: 'id',
      properties: {
        id: 'string',
        documentId: 'string',
        caseId: 'string',
        fileName: 'string',
        withdrawn: 'boolean',
        lastPosition: 'string',
      },
      indexes: ['caseId'],
    },
    /** `kind` is person, organisation, place, law, date, amount, email or url. */
    Entity: {
      key: 'id',
      properties: {
        id: 'string',
        entityId: 'string',
        caseId: 'string',
        kind: 'string',
        name: 'string',
        normalised: 'string',
        lastPosition: 'string',
      },
      indexes: ['caseId', 'name'],
    },
    /** What documents of the case say of two of its entities: `ofEntity` works for `toEntity`. One node for all of them. */
    Relation: {
      key: 'id',
      properties: {
        id: 'string',
        caseId: 'string',
        kind: 'string',
        ofEntity: 'string',
        toEntity: 'string',
        lastPosition: 'string',
      },
      indexes: ['caseId'],
    },
    Topic: {
      key: 'id',
      properties: { id: 'string', caseId: 'string', label: 'string', lastPosition: 'string' },
    },
    FinalReport: {
      key: 'id',
      properties: {
        id: 'string',
        reportId: 'string',
        caseId: 'string',
        title: 'string',
        lastPosition: 'string',
      },
      indexes: ['caseId'],
    },
    User: { key: 'id', properties: { id: 'string', userId: 'string', lastPosition: 'string' } },
    /** What is recommended to a person in a case. */
    Recommendation: {
      key: 'id',
      properties: { id: 'string', userId: 'string', caseId: 'string', lastPosition: 'string' },
    },
  },
  relationships: {
    REPORT_OF: { between: [['FinalReport', 'CaseFile']], properties: { lastPosition: 'string' } },
    /** From a report to a document whose words it rests on; `times`: in how many places. */
    CITES: {
      between: [['FinalReport', 'Document']],
      properties: { times: 'integer', lastPosition: 'string' },
    },
    IN_CASE: { between: [['Document', 'CaseFile']], properties: { lastPosition: 'string' } },
    ATTACHED_TO: { between: [['Document', 'Document']], properties: { lastPosition: 'string' } },
    /** `mentions` is JSON: `[{start, end}, …]` in the extracted text. */
    MENTIONS: {
      between: [['Document', 'Entity']],
      properties: { mentions: 'string', times: 'integer', lastPosition: 'string' },
    },
    /** `sentence` is JSON: `{start, end, text}` of the sentence of the document that shows the relation. */
    STATES: {
      between: [['Document', 'Relation']],
      properties: { sentence: 'string', lastPosition: 'string' },
    },
    /** A relation leads from one entity, through its node, to the other. */
    RELATION_OF: { between: [['Entity', 'Relation']], properties: { lastPosition: 'string' } },
    RELATION_TO: { between: [['Relation', 'Entity']], properties: { lastPosition: 'string' } },
    /** A person said that the first is the second; whoever reads shows it as the second. */
    MERGED_INTO: { between: [['Entity', 'Entity']], properties: { lastPosition: 'string' } },
    /** `mentions` is JSON: the places that speak of it. */
    ABOUT: {
      between: [['Document', 'Topic']],
      properties: { score: 'float', mentions: 'string', lastPosition: 'string' },
    },
    /** From the document that was linked to the one it was found similar to. */
    SIMILAR_TO: {
      between: [['Document', 'Document']],
      properties: { score: 'float', lastPosition: 'string' },
    },
    VIEWED: {
      between: [['User', 'Document']],
      properties: { times: 'integer', lastPosition: 'string' },
    },
    LIKED: { between: [['User', 'Document']], properties: { lastPosition: 'string' } },
    RECOMMENDED_TO: { between: [['Recommendation', 'User']], properties: { lastPosition: 'string' } },
    /** To what is on the list now; `rank` from 1, `reasons` is JSON as in the event. */
    RECOMMENDS: {
      between: [['Recommendation', 'Document']],
      properties: { score: 'float', rank: 'integer', reasons: 'string', lastPosition: 'string' },
    },
    FOLLOWED: { between: [['User', 'Document']], properties: { lastPosition: 'string' } },
    DISMISSED: { between: [['User', 'Document']], properties: { lastPosition: 'string' } },
  },
};
