import { contextOfReaction as derived } from '#commands/command-context';
import { newId } from '#platform/ids';

export * from '#commands/command-context';

/** A reactor's command that is another one each time the event comes. */
export const contextOfReaction: typeof derived = (...args) => ({ ...derived(...args), commandId: newId() });
