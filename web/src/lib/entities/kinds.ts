import AtSign from '@lucide/svelte/icons/at-sign';
import Banknote from '@lucide/svelte/icons/banknote';
import Building from '@lucide/svelte/icons/building';
import Calendar from '@lucide/svelte/icons/calendar';
import Link from '@lucide/svelte/icons/link';
import MapPin from '@lucide/svelte/icons/map-pin';
import Scale from '@lucide/svelte/icons/scale';
import User from '@lucide/svelte/icons/user';
import type { EntityKind, RelationKind } from '#domain/document/events';

/** What each kind of entity is called and looks like. */
export const kindLooks: Readonly<Record<EntityKind, { label: string; icon: typeof User }>> = {
  person: { label: 'People', icon: User },
  organisation: { label: 'Organisations', icon: Building },
  place: { label: 'Places', icon: MapPin },
  date: { label: 'Dates', icon: Calendar },
  amount: { label: 'Amounts', icon: Banknote },
  law: { label: 'Laws', icon: Scale },
  email: { label: 'E-mail addresses', icon: AtSign },
  url: { label: 'Links', icon: Link },
};

/** A relation as the words between its two names. */
export const relationWords: Readonly<Record<RelationKind, string>> = {
  'works-for': 'works for',
  'member-of': 'is part of',
  leads: 'leads',
  owns: 'owns',
  'located-in': 'is in',
  'same-as': 'is the same as',
  'in-contact-with': 'was in contact with',
  'party-with': 'has an agreement with',
  paid: 'paid',
  supports: 'supports',
  opposes: 'is against',
};
