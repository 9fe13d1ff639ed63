import { type Browser, chromium } from 'playwright-core';
import { provideChromium } from '../support/chromium.ts';

/**
 * Starts the Chromium of this machine, without a window.
 *
 * @throws {Error} that says how to install one
 */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: provideChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}
