import { createContext } from 'svelte';
import type { UploadQueue } from '#lib/uploads/queue.svelte.ts';
import type { LiveConnection } from './connection.svelte.ts';

/** The one live connection and the one upload queue of this tab, set by the layout. */
export const [getLive, setLive] = createContext<LiveConnection>();
export const [getUploads, setUploads] = createContext<UploadQueue>();

/** What load functions depend on when they show something that may change while it is looked at. */
export const liveData = 'casefold:live';
