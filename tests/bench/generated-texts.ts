import { createHash } from 'node:crypto';
import type { DocumentEvent } from '#domain/document/events';
import type { DocumentStructure } from '#domain/document/structure';
import { putText } from '#platform/document-text';
import type { BlobStore } from '#platform/ports';
import { seededRandom } from '../support/random.ts';

type Extracted = Extract<DocumentEvent, { type: 'DocumentTextExtracted' }>['data'];

/** A text with its structure, and how an extraction names the two. */
export type GeneratedText = Pick<Extracted, 'text' | 'structure'> & {
  readonly content: string;
  readonly passages: number;
  readonly structureJson: string;
};

const words =
  'agreement party notice term payment fee licence service product territory confidential liability law breach'.split(
    ' ',
  );

/** Texts that all documents of a generated log share: a log of a million events then needs few files beside it. */
const texts = 64;
const mostPassages = 4;
const wordsInPassage = 60;

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export const sentence = (random: () => number, length: number) =>
  Array.from({ length }, () => words[Math.floor(random() * words.length)]).join(' ');

/** The texts of the generated logs, always the same: of one to four passages of sixty words. */
export function generatedTexts(): readonly GeneratedText[] {
  const random = seededRandom(texts);
  return Array.from({ length: texts }, (_, index) => generatedText(1 + (index % mostPassages), random));
}

function generatedText(count: number, random: () => number): GeneratedText {
  let content = '';
  const passages = Array.from({ length: count }, (_, index) => {
    const start = content.length;
    const text = sentence(random, wordsInPassage);
    content += `${text}\n`;
    return { index, start, end: start + text.length, section: 'Terms', page: 1 };
  });
  const whole = { start: 0, end: content.length };
  const structure: DocumentStructure = {
    pages: [{ ...whole, number: 1, ocr: false }],
    sections: [{ ...whole, title: 'Terms', level: 1 }],
    passages,
  };
  const structureJson = JSON.stringify(structure);
  return {
    content,
    passages: count,
    structureJson,
    text: { sha256: sha256(content), characters: content.length },
    structure: { sha256: sha256(structureJson), pages: 1, sections: 1, passages: count },
  };
}

/** Stores what the extractions of a generated log name. */
export async function putGeneratedTexts(blobs: BlobStore): Promise<void> {
  for (const { content, structureJson } of generatedTexts()) {
    await putText(blobs, content);
    await putText(blobs, structureJson);
  }
}
