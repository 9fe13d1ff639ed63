import { describe, expect, test } from 'vitest';
import type { Entity } from '../models/model.ts';
import { fitEntities, fitRelations, mostEntityBytes } from './fit-entities.ts';

const entity = (index: number, mentions: number): Entity => ({
  name: `Entity number ${index} of the case`,
  kind: 'organisation',
  mentions: Array.from({ length: mentions }, (_, at) => ({ start: 900_000 + at, end: 900_010 + at })),
});
const bytes = (entities: readonly Entity[]) => Buffer.byteLength(JSON.stringify(entities));

describe('what a message carries of the entities of a document', () => {
  test('is all of them where they fit, most mentioned first', () => {
    const found = [entity(0, 1), entity(1, 3), entity(2, 2)];
    expect(fitEntities(found)).toEqual({
      entities: [found[1], found[2], found[0]],
      omittedEntities: 0,
      omittedMentions: 0,
    });
  });

  test('gives up places before names, and says how many', () => {
    const found = Array.from({ length: 500 }, (_, index) => entity(index, 200));
    expect(bytes(found)).toBeGreaterThan(1024 * 1024);
    const { entities, omittedEntities, omittedMentions } = fitEntities(found);
    expect(bytes(entities)).toBeLessThanOrEqual(mostEntityBytes);
    expect(entities).toHaveLength(500);
    expect(omittedEntities).toBe(0);
    expect(omittedMentions).toBe(500 * 200 - entities.reduce((sum, each) => sum + each.mentions.length, 0));
  });

  test('gives up the least mentioned where even that is too much', () => {
    const found = Array.from({ length: 600 }, (_, index) => ({
      ...entity(index, 600 - index),
      name: `${index} ${'漢'.repeat(1000)}`,
    }));
    const { entities, omittedEntities } = fitEntities(found);
    expect(bytes(entities)).toBeLessThanOrEqual(mostEntityBytes);
    expect(entities.map(({ name }) => name)).toEqual(found.slice(0, entities.length).map(({ name }) => name));
    expect(omittedEntities).toBe(600 - entities.length);
  });

  test('carries relations between what is kept, by their new places', () => {
    const found = [entity(0, 1), entity(1, 3), entity(2, 2)];
    const { entities } = fitEntities(found);
    const sentence = { start: 0, end: 3, text: 'So.' };
    const relation = (from: number, to: number) => ({ kind: 'owns' as const, from, to, sentence });
    const [first] = found;
    expect(fitRelations([relation(0, 1), relation(1, 2)], found, entities)).toEqual({
      relations: [relation(2, 0), relation(0, 1)],
      omittedRelations: 0,
    });
    expect(fitRelations([relation(0, 1)], found, first ? [first] : []).omittedRelations).toBe(1);
    expect(fitRelations([relation(0, 1), relation(1, 2)], found, entities, 200)).toEqual({
      relations: [relation(2, 0)],
      omittedRelations: 1,
    });
  });
});
