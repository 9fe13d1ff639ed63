import { commitsContract } from './store-commits.ts';
import { generationsContract } from './store-generations.ts';
import { readingContract } from './store-reading.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** What every `ReadModelStore` promises. */
export function storeContract(under: StoreUnderTest): void {
  generationsContract(under);
  commitsContract(under);
  readingContract(under);
}
