import { expect, test } from 'vitest';
import { isAllowedBy, robotsRules } from './robots.ts';

const isAllowedByRobots = (text: string, agent: string, path: string): boolean =>
  isAllowedBy(robotsRules(text, agent), path);

const robots = `# for everybody
User-agent: *
Disallow: /private
Allow: /private/open
Disallow: /*.pdf$
Disallow: /search?q=

User-agent: casefold
User-agent: other
Disallow: /nothing-of-ours
`;

test.each([
  ['/', true],
  ['/private/letter', false],
  ['/private/open/letter', true],
  ['/report.pdf', false],
  ['/report.pdf?page=2', true],
  ['/search?q=lease', false],
  ['/nothing-of-ours', true],
])('anybody: %s %s', (path, allowed) => expect(isAllowedByRobots(robots, 'somebody', path)).toBe(allowed));

test('what is said to us alone is all that counts for us', () => {
  expect(isAllowedByRobots(robots, 'Casefold', '/private/letter')).toBe(true);
  expect(isAllowedByRobots(robots, 'Casefold', '/nothing-of-ours')).toBe(false);
});

test.each(['', 'not robots at all', 'User-agent: *\nDisallow:', '<html></html>'])(
  '%j forbids nothing',
  (text) => expect(isAllowedByRobots(text, 'casefold', '/page')).toBe(true),
);
