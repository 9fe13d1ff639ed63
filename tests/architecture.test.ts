import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The folders the owner fixed, and those added by decision. */
const folders = [
  'cli',
  'commands',
  'docs',
  'domain',
  'engines',
  'gpu-runner',
  'migrations',
  'platform',
  'projections',
  'read-api',
  'samples',
  'tests',
  'web',
];

const tracked = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(Boolean);
const handwritten = tracked.filter((path) => /\.(ts|svelte)$/.test(path) && !path.endsWith('.d.ts'));

test('the top level holds the folders of the design and no other', () => {
  const found = [...new Set(tracked.filter((path) => path.includes('/')).map((path) => path.split('/')[0]))];
  expect(found.filter((folder) => folder && !folder.startsWith('.')).sort()).toEqual(folders);
});

test('files stay short: one idea each', () => {
  const long = handwritten
    .map((path) => ({ path, lines: readFileSync(path, 'utf8').split('\n').length }))
    .filter(({ path, lines }) => lines > (path.includes('.test.') ? 400 : 260));
  expect(long).toEqual([]);
});

test('only platform/config.ts reads the environment', () => {
  const readers = handwritten
    .filter((path) => !path.startsWith('tests/') && !path.includes('.test.') && !path.startsWith('web/'))
    .filter((path) => /process\.env\b/.test(readFileSync(path, 'utf8')));
  expect(readers.sort()).toEqual([
    // They hand the environment on to what they run, and look at nothing in it but the path.
    'cli/check-explain/checks.ts',
    'cli/check-explain/snapshot.ts',
    // It sets three variables that the built pages' server reads; it reads none.
    'cli/start-casefold.ts',
    'platform/config.ts',
  ]);
});

test('every dependency is pinned exactly', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) =>
    /[\^~*x]/.test(version.replace('npm:', '').replace(/^typescript@/, '')),
  );
  expect(loose).toEqual([]);
});

test('every decision is a short file with a number', () => {
  const odd = readdirSync('docs/decisions').filter((name) => !/^\d{4}-[a-z0-9-]+\.md$/.test(name));
  expect(odd).toEqual([]);
});

test('what is shown is text: no page takes HTML from anybody', () => {
  const taking = handwritten
    .filter((path) => path.startsWith('web/src/'))
    .filter((path) =>
      /\{@html|\b(?:inner|outer)HTML\b|insertAdjacentHTML|srcdoc/.test(readFileSync(path, 'utf8')),
    );
  expect(taking).toEqual([]);
});
