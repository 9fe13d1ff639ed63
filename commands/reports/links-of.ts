import { type ClaimLink, mostLinks } from '#domain/report/events';

const keyOf = (link: ClaimLink) =>
  link.kind === 'event' ? link.eventId : `${link.documentId} ${link.start} ${link.end}`;

/**
 * What a statement rests on that rests on others: their links, each once, those of every one of them before more of any.
 *
 * @param on places in `grounds`
 */
export function linksOf(on: readonly number[], grounds: readonly { readonly links: readonly ClaimLink[] }[]) {
  const lists = on.map((place) => grounds[place]?.links ?? []);
  const found = new Map<string, ClaimLink>();
  for (let depth = 0; lists.some(({ length }) => depth < length); depth++) {
    for (const list of lists) {
      const link = list[depth];
      if (link) found.set(keyOf(link), link);
    }
  }
  return [...found.values()].slice(0, mostLinks);
}
