import { registerHooks } from 'node:module';

/**
 * Loaded into a Casefold, it makes every other generation slower than its neighbour, as one would be on another machine.
 * Two that are followed in one process are otherwise hardly ever apart, and a switch between generations that are would
 * go unnoticed.
 */
const original = new URL('../../../projections/runner/follower-checkpoint.ts', import.meta.url).href;
const late = new URL('./late-checkpoint.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    // The one that takes its place gets the original.
    return resolved.url === original && context.parentURL !== late ? { ...resolved, url: late } : resolved;
  },
});
