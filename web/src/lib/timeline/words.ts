import { behaviourEvents } from '#domain/behaviour/events';
import { caseEvents } from '#domain/case/events';
import { documentEvents } from '#domain/document/events';
import { userEvents } from '#domain/user/events';
import { plural } from '#lib/format.ts';
import type { HistoryItem } from '#read-api/contract';
import { intelligenceLabels, intelligenceWords } from './intelligence-words.ts';
import type { Words } from './sentence.ts';

const definitions = { ...caseEvents, ...documentEvents, ...behaviourEvents, ...userEvents };
type Name = keyof typeof definitions;

/** The event types a person can ask the timeline for, in plain words. */
export const eventLabels: Readonly<Record<Name | keyof typeof intelligenceLabels, string>> = {
  CaseOpened: 'Case opened',
  CaseRenamed: 'Case renamed',
  EntitiesMerged: 'Names merged',
  EntitySplit: 'Name split off',
  DocumentUploaded: 'Document added',
  DocumentTextExtracted: 'Text read',
  DocumentAnalysed: 'Document analysed',
  SimilarDocumentsFound: 'Similar documents found',
  DocumentProcessingFailed: 'Processing failed',
  DocumentReprocessingRequested: 'Processed again',
  DocumentLiked: 'Document liked',
  DocumentUnliked: 'Like taken back',
  DocumentTagged: 'Tags changed',
  DocumentWithdrawn: 'Document withdrawn',
  BehaviourRecorded: 'Viewed, searched, opened',
  UserRegistered: 'Person registered',
  TierChanged: 'Tier changed',
  PreferencesChanged: 'Preferences changed',
  ...intelligenceLabels,
};

const isKnown = (type: string): type is keyof typeof eventLabels => type in eventLabels;

/** `DocumentTextExtracted` as `Document text extracted`, for event types this page does not know. */
const spaced = (type: string) => {
  const words = type.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export const eventLabel = (type: string) => (isKnown(type) ? eventLabels[type] : spaced(type));

/** The document an event is about, also where only its data says so. */
export const documentIn = (item: HistoryItem): string | undefined =>
  item.documentId ?? behaviourIn(item)[0]?.documentId;

/**
 * What happened, as a sentence that continues the actor's name: `added lease.pdf`.
 *
 * @param name of the document it is about, as far as it is known
 */
export function wordsFor(item: HistoryItem, name: string | undefined): Words {
  const document = name ?? 'a document';
  switch (item.type) {
    case 'CaseOpened':
      return { before: `opened the case “${nameIn(item.data)}”` };
    case 'CaseRenamed':
      return { before: `renamed the case to “${nameIn(item.data)}”` };
    case 'DocumentUploaded':
      return { before: item.data.parentDocumentId ? 'took the attachment' : 'added', document };
    case 'DocumentTextExtracted': {
      const data = documentEvents.DocumentTextExtracted.schema.safeParse(item.data).data;
      const pages = data?.structure.pages;
      return { before: pages ? `read ${plural(pages, 'page')} of` : 'read', document };
    }
    case 'DocumentAnalysed': {
      const data = documentEvents.DocumentAnalysed.schema.safeParse(item.data).data;
      const found = data && `and found ${plural(data.entities.length, 'name')} in it`;
      return { before: 'summarised', document, ...(found && { after: found }) };
    }
    case 'SimilarDocumentsFound': {
      const count =
        documentEvents.SimilarDocumentsFound.schema.safeParse(item.data).data?.similar.length ?? 0;
      if (count === 0) return { before: 'found no document like', document };
      return { before: `found ${plural(count, 'document')} like`, document };
    }
    case 'DocumentProcessingFailed': {
      const data = documentEvents.DocumentProcessingFailed.schema.safeParse(item.data).data;
      return {
        before: `could not finish ${data?.stage ?? 'processing'}`,
        document,
        ...(data && { note: data.message }),
      };
    }
    case 'DocumentReprocessingRequested': {
      const from = documentEvents.DocumentReprocessingRequested.schema.safeParse(item.data).data?.from;
      return { before: 'asked to process', document, after: `again${from ? `, from ${from}` : ''}` };
    }
    case 'DocumentLiked':
      return { before: 'liked', document };
    case 'DocumentUnliked':
      return { before: 'no longer likes', document };
    case 'DocumentTagged': {
      const tags = documentEvents.DocumentTagged.schema.safeParse(item.data).data?.tags ?? [];
      if (tags.length === 0) return { before: 'removed the tags of', document };
      return { before: 'tagged', document, after: `as ${tags.join(', ')}` };
    }
    case 'DocumentWithdrawn': {
      const reason = documentEvents.DocumentWithdrawn.schema.safeParse(item.data).data?.reason;
      return { before: 'withdrew', document, ...(reason && { note: reason }) };
    }
    case 'BehaviourRecorded':
      return behaviourWords(item, document);
    case 'EntitiesMerged': {
      const merged = caseEvents.EntitiesMerged.schema.safeParse(item.data).data?.entityIds.length ?? 0;
      return { before: `said that ${plural(merged + 1, 'name')} mean the same` };
    }
    case 'EntitySplit':
      return { before: 'said that a name means something else' };
    case 'UserRegistered':
      return { before: `registered as ${nameIn(item.data)}` };
    default:
      return (
        intelligenceWords(item, document) ?? {
          before: spaced(item.type).toLowerCase(),
          ...(documentIn(item) && { document }),
        }
      );
  }
}

const nameIn = (data: HistoryItem['data']) => (typeof data.name === 'string' ? data.name : '');

const behaviourIn = (item: HistoryItem) =>
  item.type === 'BehaviourRecorded'
    ? (behaviourEvents.BehaviourRecorded.schema.safeParse(item.data).data?.entries ?? [])
    : [];

function behaviourWords(item: HistoryItem, document: string): Words {
  const entries = behaviourIn(item);
  // A look at a document says more than the click that led there.
  const first = entries.find(({ action }) => action === 'viewed') ?? entries[0];
  if (!first) return { before: 'did something' };
  const more = entries.length > 1 ? ` and did ${plural(entries.length - 1, 'more thing')}` : '';
  const named = first.documentId && document;
  const quoted = first.query ? `“${first.query}”` : '';
  switch (first.action) {
    case 'searched':
      return { before: `searched for ${quoted}${more}` };
    case 'refused':
      return { before: `was refused ${first.subject ?? ''}${more}` };
    case 'opened':
      return {
        before: 'opened',
        ...(named && { document: named }),
        after: `${quoted && `found by ${quoted}`}${more}`,
      };
    case 'typed':
      return { before: `typed into the ${first.subject ?? ''} box and stopped${more}` };
    case 'dwelled':
      return { before: 'spent time on', ...(named && { document: named }), after: more };
    default:
      return { before: first.action, ...(named && { document: named }), after: more };
  }
}
