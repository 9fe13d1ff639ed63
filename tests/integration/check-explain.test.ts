import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOllamaServer } from '../support/ollama-server.ts';

const root = resolve('.');
let copy: string;

/** A part of the project in a folder and a repository of its own, in which errors can be planted. */
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'casefold-checks-'));
  for (const part of ['domain', 'package.json', 'tsconfig.server.json']) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  const config = readFileSync(join(copy, 'tsconfig.server.json'), 'utf8');
  const { compilerOptions } = JSON.parse(config) as { compilerOptions: object };
  const ofDomain = { compilerOptions, include: ['domain'], exclude: ['domain/**/*.test.ts'] };
  writeFileSync(join(copy, 'tsconfig.server.json'), JSON.stringify(ofDomain));
  writeFileSync(join(copy, '.gitignore'), '/node_modules\n/.casefold/\n');
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  execFileSync('git', ['init', '--quiet', copy]);
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

async function explain(settings: Record<string, string> = {}) {
  const args = ['cli/check-explain/main.ts', '--root', copy, '--only', 'types', '--json'];
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...settings };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (stdout === '') throw new Error(stderr);
  return { code: code as number, report: JSON.parse(stdout) };
}
const plant = (file: string, line: string) => appendFileSync(join(copy, file), `${line}\n`);

test('a planted error becomes a task; its fix is shown with the next one like it', async () => {
  const file = 'domain/plain-text.ts';
  const before = readFileSync(join(copy, file), 'utf8');
  plant(file, "export const planted: number = 'a text where a number belongs';");
  const first = await explain();
  expect(first.code).toBe(1);
  expect(first.report).toMatchObject({
    prioritisedBy: 'casefold-check-rules@1',
    comparedBy: 'casefold-lexical-768@1',
    tasks: [{ priority: 'high', file, problems: [{ rule: 'TS2322', file }], earlier: [] }],
  });

  writeFileSync(join(copy, file), `${before}export const planted: number = 3;\n`);
  const passed = await explain();
  expect([passed.code, passed.report.tasks]).toEqual([0, []]);

  const other = 'domain/decider.ts';
  plant(other, "export const another: number = 'one more text';");
  const { report } = await explain();
  const [task] = report.tasks;
  expect(task.earlier[0]).toMatchObject({
    problem: { file, rule: 'TS2322' },
    fix: { files: [{ path: file, added: 1, removed: 1 }] },
  });
  expect(task.earlier[0].fix.diff).toContain('+export const planted: number = 3;');
  const markdown = readFileSync(join(copy, '.casefold/check-explain/latest.md'), 'utf8');
  expect(markdown).toContain(`fixed by \`${file}\` +1 −1`);
});

test('with a text model its tasks are taken, about problems that there are', async () => {
  const ollama = await startOllamaServer();
  try {
    const task = 'Give `another` a number: a text is assigned to it.';
    ollama.when('You help a developer', { tasks: [{ priority: 'high', task, problems: [1] }] });
    const asked = await explain({ OLLAMA_URL: ollama.url });
    expect(asked.report).toMatchObject({
      prioritisedBy: expect.stringMatching(/^gemma3-legal:latest \(\w{12}\)$/),
      comparedBy: 'nomic-embed-text@latest',
      tasks: [{ task, file: 'domain/decider.ts', earlier: [{ problem: { rule: 'TS2322' } }] }],
    });

    // What rests on nothing is refused, twice, and rules take its place: under their own name.
    plant('domain/decider.ts', "export const third: number = 'a third text';");
    ollama.when('You help a developer', { tasks: [{ priority: 'low', task, problems: [7] }] });
    const refused = await explain({ OLLAMA_URL: ollama.url });
    expect(refused.report.prioritisedBy).toBe('casefold-check-rules@1');
    expect(refused.report.note).toMatch(/no problem 7/);
    expect(refused.report.tasks).toHaveLength(1);
  } finally {
    await ollama.close();
  }
});
