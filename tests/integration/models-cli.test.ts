import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OllamaServer, startOllamaServer } from '../support/ollama-server.ts';
import { runCli } from '../support/run-cli.ts';

let ollama: OllamaServer;
beforeEach(async () => {
  ollama = await startOllamaServer();
});
afterEach(() => ollama.close());

const models = (...args: string[]) => runCli(['models', ...args], { OLLAMA_URL: ollama.url });

test('a server that does all that is needed is found to', async () => {
  const { code, stdout } = await models('check', '--json');
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: { step: string; ok: boolean }[] };
  expect([code, ok]).toEqual([0, true]);
  expect(findings.filter((finding) => finding.ok).map(({ step }) => step)).toEqual([
    'server',
    'embedding model',
    'text model',
    'embedding',
    'writing a shape',
    'stopping',
  ]);
});

test('each thing that is wrong is named, with how to mend it', async () => {
  ollama.remove('nomic-embed-text');
  ollama.when('a sentence of a contract', 'Certainly! The tenant is Meridian.');
  const { code, stdout } = await models('check');
  expect(code).toBe(1);
  expect(stdout).toMatch(/✗ embedding model .*casefold models pull nomic-embed-text/);
  expect(stdout).toMatch(/✗ writing a shape .*gemma3-legal does not keep a JSON schema/);
  expect(stdout).toMatch(/✓ stopping/);
});

test('a missing model is listed, fetched, and there', async () => {
  ollama.remove('gemma3-legal');
  expect((await models('list')).stdout).toMatch(/gemma3-legal:latest .*missing: pull it/);
  const pulled = await models('pull');
  expect([pulled.code, pulled.stdout]).toEqual([0, expect.stringMatching(/gemma3-legal:latest is there/)]);
  expect((await models('list')).stdout).toMatch(/gemma3-legal:latest +ollama +8\.1 GB/);
});

test('a pull that fails says so: a model nobody knows, and a transfer that breaks off', async () => {
  const unknown = await models('pull', 'nothing');
  expect([unknown.code, unknown.stderr]).toEqual([
    1,
    expect.stringMatching(/no model nothing.*ollama create/),
  ]);
  ollama.fail('cut-stream', { path: '/api/pull' });
  const broken = await models('pull', 'nomic-embed-text');
  expect([broken.code, broken.stderr]).toEqual([1, expect.stringMatching(/broke off before it was done/)]);
});

test('exit codes tell a script what is the matter', async () => {
  await ollama.goDown();
  expect((await models('check')).code).toBe(3);
  const unset = await runCli(['models', 'check']);
  expect([unset.code, unset.stderr]).toEqual([2, expect.stringMatching(/OLLAMA_URL is not set/)]);
  expect((await runCli(['models', 'list'])).stdout).toMatch(/casefold-lexical-768@1 +built-in/);
});
