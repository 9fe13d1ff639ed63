import { expect, test } from 'vitest';
import { entityNameKey } from './entity-name.ts';
import { likelyDuplicates } from './likely-duplicates.ts';

const of = (kind: string, ...names: string[]) =>
  likelyDuplicates(names.map((name) => ({ entityId: `${kind} ${name}`, kind, name }))).map(
    ({ into, other, reason }) => `${other.name} is ${into.name} (${reason})`,
  );

test.each([
  ['organisation', ['Acme Ltd', 'Acme'], ['Acme is Acme Ltd (form)']],
  ['organisation', ['Acme Ltd', 'Acme Inc.'], ['Acme Ltd is Acme Inc. (form)']],
  ['person', ['Dr. Zoë King', 'Zoe King'], ['Zoe King is Dr. Zoë King (form)']],
  ['organisation', ['Post Office', 'PO', 'BBC'], ['PO is Post Office (acronym)']],
  [
    'organisation',
    ['Cherry Hill', 'Cherry Hill Mortgage Investment'],
    ['Cherry Hill is Cherry Hill Mortgage Investment (part)'],
  ],
  [
    'person',
    ['Alan Bates', 'Mr Bates', 'A. Bates'],
    ['Mr Bates is Alan Bates (part)', 'A. Bates is Alan Bates (part)'],
  ],
  ['person', ['Alan Bates', 'Suzanne Bates', 'Bates'], []],
  ['person', ['Paula Vennells', 'Paula Venells'], ['Paula Venells is Paula Vennells (spelling)']],
  ['organisation', ['Fund Series 1', 'Fund Series 2'], []],
  ['place', ['Lakeville', 'Lakevile'], ['Lakevile is Lakeville (spelling)']],
  ['date', ['1 May 2020', '1 May 2021'], []],
])('%s: %j', (kind, names, expected) => {
  expect(of(kind, ...names).sort()).toEqual(expected.toSorted());
});

test('is quick where everything looks alike', () => {
  const names = Array.from(
    { length: 5000 },
    (_, index) => `Holding ${String.fromCharCode(97 + (index % 26))}${index}`,
  );
  const started = performance.now();
  of('organisation', ...names);
  expect(performance.now() - started).toBeLessThan(5000);
});

test.each([
  ['organisation', 'Bolivar Mining Corp.', 'BOLIVAR MINING CORP', true],
  ['organisation', 'Bolivar Mining Corp.', 'Bolivar Mining Corporation', true],
  ['organisation', 'The A.B.C. Company', 'ABC Co', true],
  ['organisation', 'Acme Ltd', 'Acme Inc.', false],
  ['organisation', 'Acme Ltd', 'Acme', false],
  ['person', 'Mr. Alan Bates', 'ALAN BATES', true],
  ['person', 'Alan Bates', 'Bates', false],
  ['law', 'Companies  Act 2006', 'companies act 2006', true],
])('of a %s, %s and %s are one: %s', (kind, a, b, same) => {
  expect(entityNameKey(kind, a) === entityNameKey(kind, b)).toBe(same);
});
