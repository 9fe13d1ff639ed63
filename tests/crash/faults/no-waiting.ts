import { createPositionWaiter as waiting } from '#platform/position-waiter';

export * from '#platform/position-waiter';

/** Lets every reader read at once, whatever they have written before. */
export const createPositionWaiter: typeof waiting = async (...args) => ({
  ...(await waiting(...args)),
  waitFor: async () => true,
});
