import type { EntityList } from '#read-api/contract';

/** The entity whose mentions are shown in the text, and which of them is looked at. */
export type Mentioned = { readonly entity: EntityList['entities'][number]; readonly at: number };
