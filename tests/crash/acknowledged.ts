import type { CasefoldEvent } from '#domain/registry';
import type { TestFile } from '../support/casefold-client.ts';

/** What Casefold said it has taken. */
export type Acknowledged = {
  /**
   * Where in the log each write is, by what it is: no two are the same. See {@link writesIn} for the names.
   */
  readonly writes: Map<string, bigint>;
  /** Documents by id, with the file as it was sent. */
  readonly documents: Map<string, TestFile>;
};

export const nothingAcknowledged = (): Acknowledged => ({ writes: new Map(), documents: new Map() });

/** What people wrote with an event, in the names that {@link Acknowledged} has for it. */
export function writesIn(event: CasefoldEvent): string[] {
  switch (event.type) {
    case 'DocumentUploaded':
      return [uploaded(event.data.documentId)];
    case 'DocumentLiked':
      return [liked(event.data.documentId)];
    case 'DocumentTagged':
      return [tagged(event.data.documentId, event.data.tags)];
    case 'BehaviourRecorded':
      return event.data.entries.flatMap(({ action, subject }) =>
        action === 'dwelled' && subject ? [dwelled(subject)] : [],
      );
    default:
      return [];
  }
}

export const uploaded = (documentId: string) => `the upload of ${documentId}`;
export const liked = (documentId: string) => `the like of ${documentId}`;
export const tagged = (documentId: string, tags: readonly string[]) => `the tags ${tags} of ${documentId}`;
/** @param subject a name nobody else gives */
export const dwelled = (subject: string) => `the behaviour ${subject}`;
