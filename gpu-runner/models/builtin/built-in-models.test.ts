import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { builtInModels } from './built-in-models.ts';

/** The names in files that say what a built-in model is; a name may end in a number of dimensions. */
const written = globSync('gpu-runner/**/*.ts')
  .filter((path) => !path.endsWith('.test.ts'))
  .map((path) => readFileSync(path, 'utf8'))
  .filter((text) => /kind: 'built-in'[, ]/.test(text))
  .flatMap((text) =>
    [...text.matchAll(/(?:name(?:Of)?\b.*)['`](casefold-[a-z-]+)/g)].map(([, name]) => name),
  );

test('every model that is built in is listed, and each once', () => {
  const listed = builtInModels().map(({ identity }) => identity.name);
  expect([...new Set(listed.map((name) => name.replace(/\d+$/, '')))].sort()).toEqual(written.sort());
  expect(new Set(listed).size).toBe(listed.length);
});
