import { expect, test } from 'vitest';
import { KeptRobots } from './kept-robots.ts';

const rules = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ allow: false, pattern: `/private/${index}` }));

test('rules are kept for an hour', () => {
  let now = 0;
  const robots = new KeptRobots({ now: () => now });
  robots.keep('https://a.example', rules(2));
  now = 3_599_999;
  expect(robots.of('https://a.example')).toEqual(rules(2));
  now = 3_600_000;
  expect(robots.of('https://a.example')).toBeUndefined();
  robots.keep('https://b.example', []);
  expect(robots.bytes).toBeLessThan(200);
});

test('what comes later has room: the oldest go', () => {
  const robots = new KeptRobots({ mostBytes: 10_000 });
  for (let site = 0; site < 100; site++) {
    robots.keep(`https://${site}.example`, rules(10));
    expect(robots.bytes).toBeLessThanOrEqual(10_000);
  }
  expect(robots.of('https://99.example')).toEqual(rules(10));
  expect(robots.of('https://0.example')).toBeUndefined();
});

test('a site that is kept again takes its room once', () => {
  const robots = new KeptRobots();
  robots.keep('https://a.example', rules(5));
  const once = robots.bytes;
  robots.keep('https://a.example', rules(5));
  expect(robots.bytes).toBe(once);
});

test('a site with very many rules takes nobody else’s room', () => {
  const robots = new KeptRobots({ mostBytes: 10_000 });
  robots.keep('https://a.example', rules(2));
  robots.keep('https://b.example', rules(1000));
  expect(robots.of('https://a.example')).toEqual(rules(2));
  expect(robots.of('https://b.example')).toBeUndefined();
});
