/**
 * How well the built-in analyst finds named entities, against the compromise package alone, on two labelled sets:
 *
 *   node tests/bench/entities.ts [folder]     default: ../shared/data/entities beside the repository
 *
 * The folder holds `re3d` (JSON lines; Dstl) and `wikigold` (CoNLL; Balasuriya et al. 2009). A finding counts when its
 * kind is right and its span overlaps a label (exact: is the same). re3d also labels common nouns ("the ministers");
 * only labels that contain a capitalised word are names and take part.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import nlp from 'compromise';
import { createExtractiveAnalyst } from '#gpu-runner/models/builtin/extractive-analyst';

type Kind = 'person' | 'organisation' | 'place' | 'date' | 'amount';
type Label = { kind: Kind; start: number; end: number };
type Labelled = { text: string; labels: Label[]; kinds: readonly Kind[] };
type Finder = (text: string) => Promise<Label[]>;

const isKind = (value: string): value is Kind =>
  ['person', 'organisation', 'place', 'date', 'amount'].includes(value);

const re3dKinds: Record<string, Kind> = {
  Person: 'person',
  Organisation: 'organisation',
  Location: 'place',
  Temporal: 'date',
  Money: 'amount',
};

function jsonLines(path: string): Record<string, unknown>[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): Record<string, unknown> => JSON.parse(line));
}

function readRe3d(folder: string): Labelled[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const entities = jsonLines(join(folder, name, 'entities.json'));
      return jsonLines(join(folder, name, 'documents.json')).map((document): Labelled => {
        const text = String(document.text);
        const labels = entities
          .filter(({ documentId }) => documentId === document._id)
          .flatMap(({ type, begin, end }): Label[] => {
            const kind = re3dKinds[String(type)];
            return kind === undefined ? [] : [{ kind, start: Number(begin), end: Number(end) }];
          })
          .filter(({ kind, start, end }) => kind === 'amount' || isNameOrDate(kind, text.slice(start, end)));
        return { text, labels, kinds: ['person', 'organisation', 'place', 'date', 'amount'] };
      });
    });
}

const isNameOrDate = (kind: Kind, name: string) =>
  kind === 'date' ? /\d/.test(name) : /(?:^|\s)(?!The\b|A\b|I\b|We\b|They\b|He\b|It\b)\p{Lu}/u.test(name);

const conllKinds: Record<string, Kind> = { 'I-PER': 'person', 'I-ORG': 'organisation', 'I-LOC': 'place' };

function readWikigold(path: string): Labelled[] {
  return readFileSync(path, 'utf8')
    .split(/^-DOCSTART-.*$/m)
    .map((document): Labelled => {
      let text = '';
      const labels: Label[] = [];
      let previous = 'O';
      for (const line of document.split('\n')) {
        const [token = '', tag = 'O'] = line.trim().split(' ');
        const glued = text === '' || /^(?:[,.;:)\]?!%]|'s|'|n't)$/.test(token) || /[([]$/.test(text);
        if (token !== '') text += `${glued ? '' : ' '}${token}`;
        const kind = conllKinds[tag];
        const last = labels.at(-1);
        if (kind !== undefined && previous === tag && last !== undefined) last.end = text.length;
        else if (kind !== undefined)
          labels.push({ kind, start: text.length - token.length, end: text.length });
        previous = token === '' ? 'O' : tag;
      }
      return { text, labels, kinds: ['person', 'organisation', 'place'] };
    })
    .filter(({ text }) => text !== '');
}

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

type Tally = { found: number; labelled: number; right: number; exact: number };

/** Each finding takes at most one label and the other way round; exact matches are paired before overlaps. */
function tally(found: Label[], labels: Label[]): Tally {
  const taken = new Set<Label>();
  const used = new Set<Label>();
  const pair = (fits: (a: Label, b: Label) => boolean) => {
    for (const finding of found) {
      if (used.has(finding)) continue;
      const label = labels.find((candidate) => !taken.has(candidate) && fits(finding, candidate));
      if (label === undefined) continue;
      taken.add(label);
      used.add(finding);
    }
    return used.size;
  };
  const exact = pair((a, b) => a.start === b.start && a.end === b.end);
  const right = pair((a, b) => a.start < b.end && b.start < a.end);
  return { found: found.length, labelled: labels.length, right, exact };
}

async function measure(set: string, documents: Labelled[], name: string, finder: Finder) {
  const kinds = documents[0]?.kinds ?? [];
  const totals = new Map<Kind, Tally>(
    kinds.map((kind) => [kind, { found: 0, labelled: 0, right: 0, exact: 0 }]),
  );
  const started = performance.now();
  for (const { text, labels } of documents) {
    const found = await finder(text);
    for (const [kind, total] of totals) {
      const add = tally(
        found.filter((label) => label.kind === kind),
        labels.filter((label) => label.kind === kind),
      );
      for (const key of ['found', 'labelled', 'right', 'exact'] as const) total[key] += add[key];
    }
  }
  const seconds = (performance.now() - started) / 1000;
  const words = documents.reduce((sum, { text }) => sum + text.split(/\s+/).length, 0);
  const rows: [string, Tally][] = [...totals];
  const names = ['person', 'organisation', 'place'].flatMap((kind) =>
    isKind(kind) ? (totals.get(kind) ?? []) : [],
  );
  const sum = (key: keyof Tally) => names.reduce((total, counts) => total + counts[key], 0);
  rows.push([
    'all names',
    { found: sum('found'), labelled: sum('labelled'), right: sum('right'), exact: sum('exact') },
  ]);
  const score = (right: number, of: Tally) =>
    of.found + of.labelled === 0 ? 0 : (2 * right) / (of.found + of.labelled);
  return rows.map(([kind, counts]) => ({
    set,
    finder: name,
    kind,
    labels: counts.labelled,
    precision: (counts.right / Math.max(1, counts.found)).toFixed(3),
    recall: (counts.right / Math.max(1, counts.labelled)).toFixed(3),
    F1: score(counts.right, counts).toFixed(3),
    'exact F1': score(counts.exact, counts).toFixed(3),
    'words/s': Math.round(words / seconds),
  }));
}

const folder = process.argv[2] ?? join(import.meta.dirname, '../../../shared/data/entities');
if (!existsSync(folder))
  throw new Error(`no labelled entities at ${folder}: give the folder that holds re3d and wikigold`);
const sets: [string, Labelled[]][] = [
  ['re3d', readRe3d(join(folder, 're3d'))],
  ['wikigold', readWikigold(join(folder, 'wikigold/CONLL-format/data/wikigold.conll.txt'))],
];
for (const [set, documents] of sets) {
  console.table([
    ...(await measure(set, documents, 'built-in', builtIn)),
    ...(await measure(set, documents, 'compromise', compromiseAlone)).filter(
      ({ kind }) => kind !== 'date' && kind !== 'amount',
    ),
  ]);
}
