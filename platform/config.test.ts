import { expect, test } from 'vitest';
import { ConfigError, readConfig } from '#platform/config';

test('a bare machine needs no settings', () => {
  const config = readConfig({}, {});
  expect(config.port).toBe(3000);
  expect(config.eventStoreUrl).toBeUndefined();
});

test('an option on the command line wins over the environment, and an empty variable is unset', () => {
  expect(readConfig({ port: 8080 }, { CASEFOLD_PORT: '4000' }).port).toBe(8080);
  expect(readConfig({}, { DATABASE_URL: '' }).databaseUrl).toBeUndefined();
});

test('every wrong setting is named at once', () => {
  const read = () => readConfig({}, { CASEFOLD_PORT: 'http', DATABASE_URL: 'mysql://x' });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(/CASEFOLD_PORT/);
  expect(read).toThrow(/DATABASE_URL: must begin with postgres:\/\//);
});

test('a way to send is set up wholly or not at all', () => {
  expect(() => readConfig({}, { SMTP_URL: 'smtp://mail' })).toThrow('MAIL_FROM: is needed with SMTP_URL');
  expect(() => readConfig({}, { TWILIO_FROM: '+44', TWILIO_AUTH_TOKEN: 'x' })).toThrow(
    'TWILIO_ACCOUNT_SID: is needed with TWILIO_AUTH_TOKEN and TWILIO_FROM',
  );
  expect(readConfig({}, {}).notifications).toEqual({ email: undefined, sms: undefined });
  expect(readConfig({}, { SMTP_URL: 'smtp://mail', MAIL_FROM: 'a@b' }).notifications.email).toEqual({
    url: 'smtp://mail',
    from: 'a@b',
  });
});
