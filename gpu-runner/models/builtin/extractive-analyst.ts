import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AnalysisModel, DocumentAnalysis, ModelIdentity, Span } from '../model.ts';
import { findEntities } from './analyst/entities.ts';
import { type Gazetteer, loadGazetteer } from './analyst/gazetteer.ts';
import { readLines } from './analyst/lines.ts';
import { findRelations } from './analyst/relations.ts';
import { splitSentences } from './analyst/sentences.ts';
import { summarise } from './analyst/summary.ts';
import { findTopics } from './analyst/topics.ts';
import { readWords, type Word } from './analyst/words-of-text.ts';
import { type BackgroundIdf, loadBackgroundIdf } from './background-idf.ts';
import { behaviourDigest } from './digest.ts';
import { stopWords } from './stop-words.ts';

const name = 'casefold-extractive';
const version = '2';
/** More than a 300-page report; what lies beyond is left out, and the result says so. */
export const mostCharacters = 1_000_000;

/**
 * Reads a document without a language model: a summary of quoted sentences, entities by patterns, word lists and the
 * part-of-speech tagger of wink-nlp, topics by ranked noun phrases, relations by patterns of words between
 * two entities of a sentence. It is made for English; on other languages it
 * finds little, and says nothing that is not in the text.
 */
export function createExtractiveAnalyst(idf: BackgroundIdf = loadBackgroundIdf()): AnalysisModel {
  const gazetteer = loadGazetteer();
  return {
    identity: analystIdentity(gazetteer, idf),
    async analyse(input, signal): Promise<DocumentAnalysis> {
      const text = input.text.slice(0, mostCharacters);
      const words = await readWords(text, signal);
      const { entities, omitted } = findEntities(text, words, gazetteer);
      await nextTurn(undefined, signal === undefined ? {} : { signal });
      const names = entities.filter(
        ({ kind }) => kind === 'person' || kind === 'organisation' || kind === 'place',
      );
      const furniture = readLines(text).filter((line) => line.furniture);
      const excluded = new Set(
        [...names.flatMap(({ mentions }) => mentions), ...furniture].flatMap((span) =>
          startsWithin(span, words),
        ),
      );
      const topics = findTopics(text, words, idf, (word) => excluded.has(word.start));
      await nextTurn(undefined, signal === undefined ? {} : { signal });
      const spans = splitSentences(text);
      const sentences = summarise(text, spans, idf, input.title);
      await nextTurn(undefined, signal === undefined ? {} : { signal });
      const capped = text.length < input.text.length || omitted > 0;
      return {
        summary: { sentences },
        entities,
        topics,
        relations: findRelations(text, spans, entities),
        ...(capped
          ? {
              capped: {
                analysedCharacters: text.length,
                totalCharacters: input.text.length,
                omittedEntities: omitted,
              },
            }
          : {}),
      };
    },
  };
}

/** Where the words inside a span begin. */
function startsWithin(span: Span, words: readonly Word[]): number[] {
  const starts: number[] = [];
  for (let at = firstFrom(words, span.start); at < words.length; at += 1) {
    const word = words[at];
    if (word === undefined || word.start >= span.end) break;
    starts.push(word.start);
  }
  return starts;
}

/** Binary search: the index of the first word that begins at or after the offset. */
function firstFrom(words: readonly Word[], offset: number): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((words[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The analyst's behaviour is its code and its word lists, so its digest covers both. */
function analystIdentity(gazetteer: Gazetteer, idf: BackgroundIdf): ModelIdentity {
  const folder = new URL('./analyst/', import.meta.url);
  const code = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .sort()
    .map((file) => `${file}\n${readFileSync(new URL(file, folder), 'utf8')}`);
  const digest = behaviourDigest([
    `${name}@${version}`,
    ...code,
    gazetteer.source,
    idf.source,
    [...stopWords].join(' '),
  ]);
  return { name, version, digest, kind: 'built-in' };
}
