import type { GivenPassage } from '#domain/question/answering';
import type { Citation } from '#domain/question/events';
import type { FoundPassage } from '#domain/question/retrieval';

/** A passage that may be cited: whose it is, and where it stands in that source's extracted text. */
export type SourcePassage = {
  readonly source: Citation['source'];
  readonly title: string;
  readonly section?: string;
  /** Of its first character in the source's text, in UTF-16 code units. */
  readonly start: number;
  readonly text: string;
};

export const passageOfDocument = (found: FoundPassage): SourcePassage => {
  const { documentId, fileName, passageId, start, text, section } = found;
  const source = { kind: 'document', documentId, fileName, passageId } as const;
  return { source, title: fileName, start, text, ...(section && { section }) };
};

/** What a model is shown of it. */
export const givenPassage = ({ title, section, text }: SourcePassage): GivenPassage => ({
  title,
  ...(section && { section }),
  text,
});

/** The same passage has the same key, however it was come by. */
export const passageKey = ({ source, start }: SourcePassage): string =>
  source.kind === 'document' ? source.passageId : `${source.articleId}@${start}`;

/** Without those that came before. */
export function distinct(passages: readonly SourcePassage[]): SourcePassage[] {
  const byKey = new Map<string, SourcePassage>();
  for (const passage of passages) {
    const key = passageKey(passage);
    if (!byKey.has(key)) byKey.set(key, passage);
  }
  return [...byKey.values()];
}
