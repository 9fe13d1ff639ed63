import { createContext } from 'svelte';
import type { Inbox } from './inbox.svelte.ts';

/** The one inbox of this tab, set by the layout. */
export const [getInbox, setInbox] = createContext<Inbox>();
