import { type PreferencesAnswer, preferencesBodySchema } from '#commands/contract';
import type { Urgency } from '#domain/insight/events';
import type { Channel } from '#domain/notification/events';
import type { Preferences } from '#domain/user/events';

/** What a person fills in about how they are told; checked as the server checks it. */
export class PreferencesForm {
  channels: Record<Channel, boolean> = $state({ toast: false, email: false, sms: false });
  email = $state('');
  phone = $state('');
  leastUrgency: Urgency = $state('low');
  quiet = $state(false);
  from = $state('22:00');
  to = $state('07:00');
  timeZone = $state('');
  /** By the name of the field. */
  errors: Readonly<Record<string, string>> = $state({});

  constructor({ preferences }: PreferencesAnswer) {
    const { channels, email, phone, leastUrgency, quietHours } = preferences;
    for (const channel of channels) this.channels[channel] = true;
    this.email = email ?? '';
    this.phone = phone ?? '';
    this.leastUrgency = leastUrgency;
    this.quiet = quietHours !== undefined;
    this.from = quietHours?.from ?? this.from;
    this.to = quietHours?.to ?? this.to;
    this.timeZone = quietHours?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  }

  /** The preferences, if they are as they should be; otherwise `errors` says what is not. */
  read(): Preferences | undefined {
    const email = this.email.trim();
    const phone = this.phone.replace(/[\s()/.-]/g, '');
    const order: readonly Channel[] = ['toast', 'email', 'sms'];
    const parsed = preferencesBodySchema.safeParse({
      channels: order.filter((channel) => this.channels[channel]),
      ...(email && { email }),
      ...(phone && { phone }),
      leastUrgency: this.leastUrgency,
      ...(this.quiet && { quietHours: { from: this.from, to: this.to, timeZone: this.timeZone } }),
    });
    this.errors = Object.fromEntries(
      (parsed.error?.issues ?? []).map(({ path, message }) => [String(path.at(-1)), message]),
    );
    return parsed.data;
  }
}
