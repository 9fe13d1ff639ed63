import { createSubscriber } from 'svelte/reactivity';

const everyHalfMinute = createSubscriber((update) => {
  const timer = setInterval(update, 30_000);
  return () => clearInterval(timer);
});

/** The clock that relative times are told by; moves on while something on the page shows one. */
export const now = {
  get current(): Date {
    everyHalfMinute();
    return new Date();
  },
};
