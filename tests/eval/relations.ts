import { join } from 'node:path';
import { createExtractiveAnalyst } from '#gpu-runner/models/builtin/extractive-analyst';
import type { Entity, Relation } from '#gpu-runner/models/model';
import { type Evaluation, type Figures, figure } from './evaluation.ts';
import { type LabelledRelation, type RelatedText, readRelatedTexts } from './relations/labelled-relations.ts';

const analyst = createExtractiveAnalyst();

/**
 * How well relations between names are found. The patterns were written with every other document in sight, and the rest
 * held out; both halves are reported. A finding is right if a label joins mentions of its two entities (pair), and says the
 * same of them (kind and pair).
 */
export const relations: Evaluation = async (data) => {
  const documents = readRelatedTexts(join(data, 'entities/re3d'));
  return [
    ...(await measure(
      'seen',
      documents.filter((_, at) => at % 2 === 0),
    )),
    ...(await measure(
      'held out',
      documents.filter((_, at) => at % 2 === 1),
    )),
  ];
};

async function measure(half: string, documents: readonly RelatedText[]): Promise<Figures[]> {
  const counts = { found: 0, labelled: 0, reachable: 0 };
  const pair = { right: 0, recalled: 0 };
  const kind = { right: 0, recalled: 0 };
  for (const { text, relations: labels } of documents) {
    const { entities, relations: found } = await analyst.analyse({ text, passages: [] });
    const joins = (relation: Relation, label: LabelledRelation) => joinsSame(entities, relation, label);
    const same = (relation: Relation, label: LabelledRelation) =>
      label.kinds.includes(relation.kind) && joins(relation, label);
    counts.found += found.length;
    counts.labelled += labels.length;
    counts.reachable += labels.filter(({ ends }) =>
      ends.every((end) => entities.some((entity) => isNamedAt(entity, end))),
    ).length;
    for (const [total, fits] of [[pair, joins] as const, [kind, same] as const]) {
      total.right += found.filter((relation) => labels.some((label) => fits(relation, label))).length;
      total.recalled += labels.filter((label) => found.some((relation) => fits(relation, label))).length;
    }
  }
  const { found, labelled, reachable } = counts;
  const what = `RE3D, relations (${labelled} labelled, both names found of ${reachable}), ${half} half`;
  return (
    [
      ['kind and pair', kind],
      ['pair', pair],
    ] as const
  ).map(([by, { right, recalled }]) => {
    const [precision, recall] = [right / Math.max(1, found), recalled / Math.max(1, labelled)];
    const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    const figures = {
      found: String(found),
      precision: figure(precision),
      recall: figure(recall),
      F1: figure(f1),
    };
    return { what, by: `built-in, ${by}`, figures };
  });
}

function joinsSame(entities: readonly Entity[], { from, to }: Relation, { ends: [a, b] }: LabelledRelation) {
  const [one, other] = [entities[from], entities[to]];
  if (!one || !other) return false;
  return (isNamedAt(one, a) && isNamedAt(other, b)) || (isNamedAt(one, b) && isNamedAt(other, a));
}

const isNamedAt = ({ mentions }: Entity, { start, end }: LabelledRelation['ends'][0]) =>
  mentions.some((mention) => mention.start < end && start < mention.end);
