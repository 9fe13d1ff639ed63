import { z } from 'zod';

const url = (...schemes: string[]) =>
  z.string().refine((text) => schemes.some((scheme) => text.startsWith(`${scheme}:`)), {
    message: `must begin with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  });

/** How notifications leave Casefold; without any they are shown in its pages alone. */
export const notificationEnvironment = {
  /** `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte. */
  SMTP_URL: url('smtp', 'smtps').optional(),
  MAIL_FROM: z.string().min(3).max(300).optional(),
  /** Another service that speaks as Twilio does. */
  TWILIO_URL: url('http', 'https').default('https://api.twilio.com'),
  TWILIO_ACCOUNT_SID: z.string().min(1).optional(),
  TWILIO_AUTH_TOKEN: z.string().min(1).optional(),
  TWILIO_FROM: z.string().min(1).optional(),
};

const environmentSchema = z.object(notificationEnvironment);

export type NotificationSettings = Readonly<{
  email: { url: string; from: string } | undefined;
  sms: { url: string; accountSid: string; authToken: string; from: string } | undefined;
}>;

/** A way out is set up wholly, or not at all. @returns what is missing, in words, or the settings */
export function notificationSettingsOf(
  env: z.infer<typeof environmentSchema>,
): NotificationSettings | { missing: readonly string[] } {
  const { SMTP_URL, MAIL_FROM, TWILIO_URL, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM } = env;
  const missing = [
    ...missingOf({ SMTP_URL, MAIL_FROM }),
    ...missingOf({ TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM }),
  ];
  if (missing.length > 0) return { missing };
  return {
    email: SMTP_URL && MAIL_FROM ? { url: SMTP_URL, from: MAIL_FROM } : undefined,
    sms:
      TWILIO_ACCOUNT_SID && TWILIO_AUTH_TOKEN && TWILIO_FROM
        ? { url: TWILIO_URL, accountSid: TWILIO_ACCOUNT_SID, authToken: TWILIO_AUTH_TOKEN, from: TWILIO_FROM }
        : undefined,
  };
}

/** Those that are unset while one of them is set. */
function missingOf(together: Readonly<Record<string, string | undefined>>): string[] {
  const names = Object.keys(together);
  const unset = names.filter((name) => !together[name]);
  if (unset.length === 0 || unset.length === names.length) return [];
  const set = names.filter((name) => together[name]);
  return unset.map((name) => `${name}: is needed with ${set.join(' and ')}`);
}
