import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * Starts the Chromium of this machine, without a window.
 *
 * @throws {Error} that says how to install one
 */
export async function launchChromium(): Promise<Browser> {
  const named = process.env.CASEFOLD_CHROMIUM;
  const executablePath = named ?? usual.find((path) => existsSync(path));
  if (!executablePath || !existsSync(executablePath)) {
    throw new Error(
      `${named ? `CASEFOLD_CHROMIUM names ${named}, which is not there.` : `No Chromium in ${usual.join(', ')}.`} ` +
        'The browser tests need one: `apt-get install chromium` on Debian, ' +
        'or set CASEFOLD_CHROMIUM to the path of a Chromium or Chrome.',
    );
  }
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}
