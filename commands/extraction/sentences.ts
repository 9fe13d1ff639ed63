/** A half-open range of UTF-16 code units. */
export type Span = { start: number; end: number };

/** Words before a full stop that does not end a sentence, in contracts, letters and reports. */
const abbreviations =
  /(?:^|[\s("“])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|No|Nos|Art|Sec|Para|Inc|Ltd|Co|Corp|vs?|cf|e\.g|i\.e|al|pp?|Fig|Vol)\.$/;
/** After . ! ? (and closing quotes) before something that can begin a sentence; or after a full-width stop. */
const sentenceEnd = /[.!?…]["'”’)\]]*(?=\s+["'“‘([]*[\p{Lu}\p{N}])|[。！？](?=.)|[;:](?=\s)/gu;

/**
 * Parts a long paragraph into pieces of at most `max` code units, each as long as fits: between sentences, else
 * between lines, else between words, else (a single endless word) between characters. Pieces have no white space at
 * their ends and leave out nothing but white space.
 */
export function* splitParagraph(text: string, span: Span, max: number): Generator<Span> {
  let start = span.start;
  while (span.end - start > max) {
    const cut = bestCut(text, start, start + max);
    yield { start, end: endBefore(text, start, cut) };
    start = cut;
    while (start < span.end && /\s/.test(text.charAt(start))) start++;
  }
  if (start < span.end) yield { start, end: span.end };
}

/** The last good place to cut in (start, limit]; a cut in the first quarter would leave crumbs and is passed over. */
function bestCut(text: string, start: number, limit: number): number {
  const window = text.slice(start, limit);
  const least = Math.floor(window.length / 4);
  const sentence = lastSentenceEnd(window, least);
  if (sentence > 0) return start + sentence;
  const line = window.lastIndexOf('\n');
  if (line > least) return start + line;
  // The character after the window may be the white space that ends its last word.
  if (/\s/.test(text.charAt(limit))) return limit;
  const word = window.search(/\s\S*$/);
  if (word > 0) return start + word;
  const code = text.charCodeAt(limit);
  return code >= 0xdc00 && code <= 0xdfff ? limit - 1 : limit;
}

function lastSentenceEnd(window: string, least: number): number {
  let last = 0;
  for (const match of window.matchAll(sentenceEnd)) {
    const end = match.index + match[0].length;
    if (end <= least) continue;
    if (match[0].startsWith('.') && abbreviations.test(window.slice(Math.max(0, end - 12), end))) continue;
    last = end;
  }
  return last;
}

function endBefore(text: string, start: number, cut: number): number {
  let end = cut;
  while (end > start && /\s/.test(text.charAt(end - 1))) end--;
  return end;
}
