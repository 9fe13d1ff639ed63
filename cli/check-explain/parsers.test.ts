import { expect, test } from 'vitest';
import { parseImports, parseLint, parseTypes, parseUnit, parseWebTypes } from './parsers.ts';

const root = '/project';

test('what Biome prints for GitHub', () => {
  const printed = `::error title=lint/correctness/noUnusedImports,file=/project/domain/a.ts,line=32,endLine=32,col=8,endColumn=24::This import is unused.
::error title=format,file=domain/b.ts,line=1,endLine=1,col=2,endColumn=2::100%25 of it%0Ais not formatted`;
  expect(parseLint(printed, root)).toMatchObject([
    {
      file: 'domain/a.ts',
      line: 32,
      rule: 'lint/correctness/noUnusedImports',
      message: 'This import is unused.',
    },
    { file: 'domain/b.ts', line: 1, rule: 'format', message: '100% of it\nis not formatted' },
  ]);
});

test('what TypeScript prints, with what belongs to it below', () => {
  const printed = `domain/a.ts(30,14): error TS2322: Type 'X' is not assignable to type 'Y'.
  Types of property 'z' are incompatible.
web/b.ts(1,2): error TS1005: ';' expected.`;
  expect(parseTypes(printed, root)).toMatchObject([
    {
      ...{ file: 'domain/a.ts', line: 30, rule: 'TS2322' },
      message: "Type 'X' is not assignable to type 'Y'.\nTypes of property 'z' are incompatible.",
    },
    { file: 'web/b.ts', line: 1, rule: 'TS1005' },
  ]);
});

test('what svelte-check prints for programs', () => {
  const printed = `1590680325583 START "/project"
1590680326283 ERROR "web/src/lib/A.svelte" 106:37 "Property \\"x\\" is missing."
1590680326807 COMPLETED 20 FILES 1 ERRORS 0 WARNINGS`;
  expect(parseWebTypes(printed, root)).toMatchObject([
    { file: 'web/src/lib/A.svelte', line: 106, message: 'Property "x" is missing.' },
  ]);
});

test('what dependency-cruiser prints', () => {
  const printed = `
  error domain-is-pure: domain/plain-text.ts → fs

x 1 dependency violations (1 errors, 0 warnings). 1352 modules, 5806 dependencies cruised.`;
  expect(parseImports(printed, root)).toMatchObject([
    { file: 'domain/plain-text.ts', rule: 'domain-is-pure', message: expect.stringContaining('imports fs') },
  ]);
});

test('what Vitest prints as JSON: tests that fail, and files that do not load', () => {
  const failed = {
    fullName: 'adding adds',
    status: 'failed',
    failureMessages: ['AssertionError: expected 3\n    at /project/domain/a.test.ts:7:3'],
  };
  const printed = JSON.stringify({
    testResults: [
      { name: '/project/domain/a.test.ts', status: 'failed', message: '', assertionResults: [failed] },
      {
        name: '/project/domain/b.test.ts',
        status: 'failed',
        message: 'Cannot find module',
        assertionResults: [],
      },
      { name: '/project/domain/c.test.ts', status: 'passed', message: '', assertionResults: [] },
    ],
  });
  expect(parseUnit(printed, root)).toMatchObject([
    { file: 'domain/a.test.ts', line: 7, rule: 'adding adds' },
    { file: 'domain/b.test.ts', rule: 'the file cannot be loaded', message: 'Cannot find module' },
  ]);
});

test('a problem keeps its id when it moves to another line', () => {
  const [one] = parseTypes("a.ts(3,1): error TS2322: Type 'X' at line 3.", root);
  const [two] = parseTypes("a.ts(9,1): error TS2322: Type 'X' at line 9.", root);
  expect(two?.id).toBe(one?.id);
});
