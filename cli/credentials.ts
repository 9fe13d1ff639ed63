import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '#platform/config';

export const ownerTokenFile = (dataFolder: string) => join(dataFolder, 'owner-token');

export type Credentials = {
  /** The owner's bearer token. */
  readonly ownerToken: string;
  /** Key that signs session cookies. */
  readonly sessionKey: string;
};

/** A secret of 256 bits, fit for a URL. */
export const newSecret = () => randomBytes(32).toString('base64url');

/** A secret kept in a file that only its owner may read; made at the first start. */
function secretIn(file: string): string {
  if (!existsSync(file)) writeFileSync(file, `${newSecret()}\n`, { mode: 0o600, flag: 'wx' });
  return readFileSync(file, 'utf8').trim();
}

/** The owner's token and the key of the sessions: from the settings, or from the data folder. */
export const credentialsOf = (config: Config): Credentials => ({
  ownerToken: config.ownerToken ?? secretIn(ownerTokenFile(config.dataFolder)),
  sessionKey: config.sessionKey ?? secretIn(join(config.dataFolder, 'session-key')),
});

/** Sign-in codes: each opens one session, within a day. */
export type SignInCodes = { issue(): string; redeem(code: string): boolean };

const lifetimeMs = 24 * 3600 * 1000;

/** Only hashes are kept, and only in memory: a restart makes every code that was not used worthless. */
export function createSignInCodes(now: () => number = Date.now): SignInCodes {
  const expiries = new Map<string, number>();
  const hashed = (code: string) => createHash('sha256').update(code).digest('hex');
  return {
    issue() {
      const code = newSecret();
      expiries.set(hashed(code), now() + lifetimeMs);
      return code;
    },
    redeem(code) {
      const key = hashed(code);
      const expiry = expiries.get(key);
      expiries.delete(key);
      return expiry !== undefined && now() < expiry;
    },
  };
}
