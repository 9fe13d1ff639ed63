/**
 * Plants a fault in a Casefold that is started with `NODE_OPTIONS=--import=<this file>`: a module of the product is
 * replaced by one beside this file, which wraps it. Nothing in the product knows of it.
 */
import { registerHooks } from 'node:module';
import { type Fault, type FaultFiles, faults } from './faults.ts';

const root = new URL('../../../', import.meta.url);
const planted: FaultFiles = faults[(process.env.CASEFOLD_PLANTED_FAULT ?? '') as Fault] ?? {};
const wrappers = new Map(
  Object.entries(planted).map(([original, wrapper]) => [
    new URL(original, root).href,
    new URL(wrapper, import.meta.url).href,
  ]),
);

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    const wrapper = wrappers.get(resolved.url);
    // The wrapper itself gets what it wraps.
    return wrapper && context.parentURL !== wrapper ? { ...resolved, url: wrapper } : resolved;
  },
});
