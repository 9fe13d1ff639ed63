import type { Tier } from '#domain/user/events';

export const tierNames: Readonly<Record<Tier, string>> = { free: 'Free', pro: 'Pro' };
