import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Path of the Chromium to drive: the one that CASEFOLD_CHROMIUM names, else one in a usual place. */
export function findChromium(): string | undefined {
  const named = process.env.CASEFOLD_CHROMIUM;
  if (named && !existsSync(named)) throw new Error(`CASEFOLD_CHROMIUM names ${named}, which is not there.`);
  return named ?? usual.find((path) => existsSync(path));
}

/**
 * Finds a Chromium, or installs Debian's where that is possible (as root, with apt).
 *
 * @throws {Error} that says how to get one
 */
export function provideChromium(): string {
  const found = findChromium();
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('No Chromium found; installing the one of Debian.');
    for (const parameters of [
      ['update', '-q'],
      ['install', '-q', '-y', '--no-install-recommends', 'chromium'],
    ]) {
      spawnSync('apt-get', parameters, {
        stdio: 'inherit',
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    }
  }
  const installed = findChromium();
  if (installed) return installed;
  throw new Error(
    `The browser tests need Chromium, and there is none in ${usual.join(', ')}. ` +
      'Install it ("apt-get install chromium" on Debian), or set CASEFOLD_CHROMIUM to the path of a Chromium or Chrome.',
  );
}
