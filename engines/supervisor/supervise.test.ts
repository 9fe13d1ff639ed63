import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import pino from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { createLogger } from '#platform/log';
import type { EngineSpec, EngineState } from './engine-spec.ts';
import { type EngineSupervisor, type SupervisionOptions, superviseEngines } from './supervise.ts';

// Processes start slowly on a busy machine; every wait below ends as soon as its condition holds.
vi.setConfig({ testTimeout: 120_000 });

const running: EngineSupervisor[] = [];
afterEach(async () => {
  for (const supervisor of running.splice(0)) await supervisor.stop();
});

const newFolder = () => mkdtempSync(join(tmpdir(), 'casefold-engines-'));

function fixture(file: string, name = file, folder = join(newFolder(), name)): EngineSpec {
  const main = join(import.meta.dirname, 'fixture-engines', `${file}.ts`);
  return { name, main, folder, url: (port) => `tcp://127.0.0.1:${port}` };
}

async function supervise(specs: EngineSpec[], options: Partial<SupervisionOptions> = {}) {
  const times = { firstBackoffMs: 5, maxBackoffMs: 20, ...options.times };
  const supervisor = await superviseEngines(specs, {
    log: createLogger('test', 'silent'),
    ...options,
    times,
  });
  running.push(supervisor);
  return supervisor;
}

/** What the fixture at this address says: its process id. */
async function ask(url: string): Promise<number> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const [said] = await once(socket, 'data');
  return Number(String(said));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const gone = (pids: number[]) =>
  vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), { timeout: 60_000, interval: 20 });

function stateOf(supervisor: EngineSupervisor, name: string): EngineState {
  const state = supervisor.states().find((candidate) => candidate.name === name);
  if (!state) throw new Error(`no engine ${name}`);
  return state;
}

test('an engine killed is running again at the same address, and the change is told', async () => {
  const seen: string[] = [];
  const supervisor = await supervise([fixture('pid-server')], {
    onChange: (state) => seen.push(state.status),
  });
  const url = supervisor.url('pid-server');
  const before = await ask(url);
  expect(stateOf(supervisor, 'pid-server')).toMatchObject({
    pid: before,
    version: 'fixture 1.0',
    restarts: 0,
  });

  process.kill(before, 'SIGKILL');
  await vi.waitFor(
    () => expect(stateOf(supervisor, 'pid-server')).toMatchObject({ status: 'running', restarts: 1 }),
    {
      timeout: 60_000,
    },
  );
  expect(supervisor.url('pid-server')).toBe(url);
  const after = await ask(url);
  expect(after).not.toBe(before);
  expect(seen).toEqual(['starting', 'running', 'restarting', 'restarting', 'running']);
});

test('stop leaves no child, and stops the last one first', async () => {
  const stopped: string[] = [];
  const supervisor = await supervise([fixture('pid-server', 'first'), fixture('pid-server', 'second')], {
    onChange: ({ name, status }) => {
      if (status === 'stopped') stopped.push(name);
    },
  });
  const pids = supervisor.states().map((state) => state.pid ?? 0);
  expect(pids.filter(isAlive)).toEqual(pids);
  await supervisor.stop();
  expect(pids.filter(isAlive)).toEqual([]);
  expect(stopped).toEqual(['second', 'first']);
});

test('signals to the whole process group leave an engine running until its supervisor stops it', async () => {
  const supervisor = await supervise([fixture('pid-server')]);
  const { pid, url } = stateOf(supervisor, 'pid-server');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.kill(pid ?? 0, signal);
    expect(await ask(url ?? '')).toBe(pid);
  }
  await supervisor.stop();
  expect(stateOf(supervisor, 'pid-server')).toMatchObject({ status: 'stopped', restarts: 0 });
  expect(isAlive(pid ?? 0)).toBe(false);
});

test('an engine that will not stop is killed after its grace time', async () => {
  const supervisor = await supervise([fixture('stubborn')], { times: { graceMs: 100 } });
  const pid = stateOf(supervisor, 'stubborn').pid ?? 0;
  await supervisor.stop();
  expect(isAlive(pid)).toBe(false);
});

test('a folder held by another process is said to be so, and the engines beside it do not stay', async () => {
  const holder = fixture('pid-server', 'held');
  await supervise([holder]);
  const pids: number[] = [];
  const second = supervise([fixture('pid-server', 'beside'), holder], {
    onChange: ({ pid }) => {
      if (pid) pids.push(pid);
    },
  });
  await expect(second).rejects.toThrow(
    /"held" did not start: its folder .* is in use by another running Casefold/,
  );
  expect(pids.length).toBeGreaterThan(0);
  expect(pids.filter(isAlive)).toEqual([]);
});

test('an engine that never becomes ready is killed and reported', async () => {
  await expect(supervise([fixture('silent')], { times: { readyTimeoutMs: 300 } })).rejects.toThrow(
    /"silent" did not start: it did not become ready in time/,
  );
});

test('an engine that cannot come back is given up with what it said', async () => {
  let failure: Error | undefined;
  const supervisor = await supervise([fixture('starts-once')], {
    onChange: ({ status }, error) => {
      if (status === 'failed') failure = error;
    },
  });
  process.kill(stateOf(supervisor, 'starts-once').pid ?? 0, 'SIGKILL');
  await vi.waitFor(() => expect(failure).toBeDefined(), { timeout: 60_000 });
  expect(failure?.message).toMatch(/exited with code 1 before it was ready[\s\S]*the second start is broken/);
  expect(stateOf(supervisor, 'starts-once')).toMatchObject({ status: 'failed', pid: null });
});

test("a child's log lines reach the parent's log at their level, with the engine's name", async () => {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  await supervise([fixture('pid-server', 'talker')], { log: pino({ name: 'parent', level: 'info' }, sink) });
  await vi.waitFor(() => expect(lines.find((line) => line.msg === 'the fixture serves')).toBeDefined(), {
    timeout: 20_000,
  });
  expect(lines.find((line) => line.msg === 'the fixture serves')).toMatchObject({
    name: 'parent',
    engine: 'talker',
    level: 30,
    colour: 'green',
  });
});

test('children end when their parent is killed, those that were still starting too', async () => {
  const parent = spawn(
    process.execPath,
    [join(import.meta.dirname, 'fixture-engines/parent.ts'), newFolder()],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const pids = new Map<string, number>();
  let ready = 0;
  for await (const line of createInterface({ input: parent.stdout })) {
    const state: EngineState = JSON.parse(line);
    if (state.pid) pids.set(state.name, state.pid);
    if (state.status === 'running') ready += 1;
    if (ready === 2 && pids.size === 3) break;
  }
  expect([...pids.values()].filter(isAlive)).toHaveLength(3);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  await gone([...pids.values()]);
});
