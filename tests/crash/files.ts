import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileAt, type TestFile } from '../support/casefold-client.ts';
import { shuffled } from '../support/random.ts';

const samples = join(import.meta.dirname, '../../samples/demo-case');
/** Contracts and PDFs that are read within a second. */
const sampleNames = readdirSync(samples)
  .filter((name) => /\.(txt|pdf)$/.test(name))
  .sort();

const people = ['Ada Lovelace', 'Ben Okafor', 'Carla Mendes', 'David Stein', 'Elif Kaya', 'Frank Moore'];
const places = ['London', 'Lagos', 'Lisbon', 'Berlin', 'Istanbul', 'Boston'];
const matters = [
  'the lease of the warehouse ends on the first of March and may be renewed once for five years',
  'the distributor sells the software within the territory and pays a royalty of ten percent each quarter',
  'either party may terminate the agreement with ninety days of notice in writing',
  'the insurance of the cargo was paid in May although the ship had left the harbour in April',
  'the invoice over 4,200 dollars was sent twice and has been disputed by the buyer ever since',
  'the laboratory keeps all samples for two years and hands them over when it is asked to',
];

/** Files without end, each of them new: mostly letters of a few sentences, now and then a real contract. */
export function* filesWithoutEnd(random: () => number): Generator<TestFile, never> {
  const oneOf = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value;
  const contracts = shuffled(sampleNames, random);
  for (let number = 1; ; number++) {
    const contract = number % 6 === 0 ? contracts.pop() : undefined;
    if (contract) {
      yield fileAt(join(samples, contract));
      continue;
    }
    const sentences = Array.from(
      { length: 2 + Math.floor(random() * 5) },
      () => `${oneOf(people)} of ${oneOf(places)} writes to ${oneOf(people)} that ${oneOf(matters)}.`,
    );
    const opening = `Letter number ${number}, dated ${1 + Math.floor(random() * 28)} May 2019.`;
    yield { fileName: `letter ${number}.txt`, content: [opening, ...sentences].join('\n') };
  }
}
