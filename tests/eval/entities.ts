import { join } from 'node:path';
import nlp from 'compromise';
import { createExtractiveAnalyst } from '#gpu-runner/models/builtin/extractive-analyst';
import {
  isKind,
  type Kind,
  type Label,
  type Labelled,
  readRe3d,
  readWikigold,
} from './entities/labelled-texts.ts';
import { type Tally, tally } from './entities/tally.ts';
import { type Evaluation, type Figures, figure } from './evaluation.ts';

type Finder = (text: string) => Promise<Label[]>;

const analyst = createExtractiveAnalyst();
const builtIn: Finder = async (text) => {
  const { entities } = await analyst.analyse({ text, passages: [] });
  return entities.flatMap(({ kind, mentions }) =>
    isKind(kind) ? mentions.map((mention) => ({ kind, ...mention })) : [],
  );
};

const compromiseAlone: Finder = async (text) => {
  const document = nlp(text);
  const views = {
    person: document.people(),
    organisation: document.organizations(),
    place: document.places(),
  };
  return Object.entries(views).flatMap(([kind, view]) => {
    const found: { offset: { start: number; length: number } }[] = view.json({ offset: true });
    return found.flatMap(({ offset }) =>
      isKind(kind) ? [{ kind, start: offset.start, end: offset.start + offset.length }] : [],
    );
  });
};

/** How well named entities are found by the built-in analyst, against the compromise package alone. */
export const entities: Evaluation = async (data) => {
  const sets: [string, Labelled[]][] = [
    ['RE3D', readRe3d(join(data, 'entities/re3d'))],
    ['Wikigold', readWikigold(join(data, 'entities/wikigold/CONLL-format/data/wikigold.conll.txt'))],
  ];
  const lines: Figures[] = [];
  for (const [set, documents] of sets) {
    lines.push(...(await measure(set, documents, 'built-in', builtIn)));
    lines.push(...(await measure(set, documents, 'compromise alone', compromiseAlone)));
  }
  return lines;
};

const nothing: Tally = { found: 0, labelled: 0, right: 0, exact: 0 };
const names: readonly Kind[] = ['person', 'organisation', 'place'];

async function measure(set: string, documents: Labelled[], by: string, finder: Finder): Promise<Figures[]> {
  const totals = new Map<Kind, Tally>(documents[0]?.kinds.map((kind) => [kind, nothing]));
  for (const { text, labels } of documents) {
    const found = await finder(text);
    for (const [kind, total] of totals) {
      const ofKind = (label: Label) => label.kind === kind;
      totals.set(kind, sum(total, tally(found.filter(ofKind), labels.filter(ofKind))));
    }
  }
  const all = names.reduce((total, kind) => sum(total, totals.get(kind) ?? nothing), nothing);
  return [...totals, ['all names', all] as const]
    .filter(([, { found }]) => found > 0)
    .map(([kind, counts]) => {
      return { what: `${set}, ${kind} (${counts.labelled} labelled)`, by, figures: scoresOf(counts) };
    });
}

const sum = (one: Tally, other: Tally): Tally => ({
  found: one.found + other.found,
  labelled: one.labelled + other.labelled,
  right: one.right + other.right,
  exact: one.exact + other.exact,
});

const scoresOf = ({ found, labelled, right, exact }: Tally) => ({
  precision: figure(right / Math.max(1, found)),
  recall: figure(right / Math.max(1, labelled)),
  F1: figure((2 * right) / Math.max(1, found + labelled)),
  'exact F1': figure((2 * exact) / Math.max(1, found + labelled)),
});
