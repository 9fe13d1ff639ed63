import { beforeEach, expect, test } from 'vitest';
import type { RebuildState } from '#domain/projection/decider';
import { createJobProgress, type JobProgress } from './job-progress.ts';
import type { FillProgress, FillTarget } from './target.ts';

const request: RebuildState = {
  rebuildId: 'r1',
  purpose: 'rebuild',
  together: 't',
  switch: 'when-ready',
  partitions: 1,
  soakSeconds: 60,
  status: 'requested',
  paused: false,
};

/** Milliseconds since 1970. */
let time: number;
let progress: JobProgress;
beforeEach(() => {
  time = 1_000_000;
  progress = createJobProgress(() => time);
});

const begin = (change: Partial<Parameters<JobProgress['begin']>[0]> = {}) =>
  progress.begin({
    generation: 2,
    goal: { after: -1n, head: 1000n, types: ['A', 'B'], counts: { A: 600, B: 400 } },
    position: -1n,
    applied: {},
    ...change,
  });
const took = (position: bigint, applied: FillProgress['applied'], more: Partial<FillProgress> = {}) =>
  progress.took({
    target: {} as FillTarget,
    partition: 0,
    position,
    read: Object.values(applied).reduce((sum, each) => sum + each, 0),
    applied,
    parked: 0,
    skipped: 0,
    ...more,
  });
const status = () => progress.status(request);

test('tells the share of the events, and the rate from the first batch on', () => {
  begin();
  progress.enter('scanning');
  time += 1000;
  took(250n, { A: 150, B: 100 });
  expect(status()).toMatchObject({
    rebuildId: 'r1',
    generation: 2,
    phase: 'scanning',
    paused: false,
    progress: 0.25,
    position: '250',
    eventsRead: 250,
    eventsApplied: 250,
    rate: 250,
  });
});

test('events that were read and not applied are told apart', () => {
  begin();
  time += 1000;
  took(250n, { A: 100 }, { read: 103, parked: 2, skipped: 1 });
  expect(status()).toMatchObject({ eventsRead: 103, eventsApplied: 100 });
});

test('goes on from what an earlier worker has done, and counts its time', () => {
  begin({ position: 499n, applied: { A: 300, B: 200 }, begunAt: new Date(time - 60_000) });
  progress.enter('scanning');
  expect(status()).toMatchObject({ progress: 0.5, eventsRead: 500, eventsApplied: 500, rate: 0 });
  time += 1000;
  took(599n, { A: 60, B: 40 });
  expect(status()).toMatchObject({ progress: 0.6, rate: 100 });
  expect(progress.seconds()).toBe(61);
});

test('no time passes while it is paused, and it has no rate', () => {
  begin();
  progress.enter('scanning');
  time += 1000;
  took(100n, { A: 100 });
  progress.set({ paused: true, throttle: undefined });
  time += 5000;
  progress.set({ paused: true, throttle: undefined });
  time += 5000;
  expect(status()).toMatchObject({ paused: true, rate: 0 });
  expect(progress.seconds()).toBe(1);
  progress.set({ paused: false, throttle: undefined });
  time += 1000;
  took(200n, { A: 100 });
  expect(status()).toMatchObject({ paused: false, rate: 100 });
  expect(progress.seconds()).toBe(2);
});

test('what was learned at another rate is forgotten', () => {
  begin();
  progress.enter('scanning');
  time += 1000;
  took(500n, { A: 500 });
  progress.set({ paused: false, throttle: 10 });
  expect(status()).toMatchObject({ throttle: 10, rate: 0, progress: 0.5 });
  time += 1000;
  took(510n, { A: 10 });
  expect(status().rate).toBe(10);
  progress.set({ paused: false, throttle: undefined });
  expect(status()).not.toHaveProperty('throttle');
});

test('tells a remaining time only while it scans, and nothing of a scan before and after', () => {
  expect(status()).toMatchObject({ phase: 'waiting', progress: 0, rate: 0 });
  begin();
  progress.enter('scanning');
  for (let at = 100; at <= 900; at += 100) {
    time += 1000;
    took(BigInt(at), { A: 60, B: 40 });
  }
  expect(status().remainingSeconds).toBeCloseTo(1, 1);
  progress.enter('comparing');
  expect(status()).toMatchObject({ phase: 'comparing', progress: 1, rate: 0 });
  expect(status()).not.toHaveProperty('remainingSeconds');
});

test('says what holds it up until that has passed, and why it failed', () => {
  progress.waitFor('The store is away.');
  expect(status().error).toBe('The store is away.');
  progress.waitFor(undefined);
  expect(status()).not.toHaveProperty('error');
  progress.fail('Events are missing.');
  expect(status()).toMatchObject({ phase: 'failed', error: 'Events are missing.' });
});
