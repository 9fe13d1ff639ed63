import { expect, test } from 'vitest';
import { RecentIds } from './recent-ids.ts';

test('the last ids of a stream are known, at least as many as asked for', () => {
  const recent = new RecentIds(100);
  for (let n = 0; n < 1000; n++) {
    recent.add(1, `id-${n}`, n);
    for (let back = 0; back < Math.min(n, 99); back++) {
      if (recent.revisionOf(1, `id-${n - back}`) !== n - back)
        throw new Error(`id-${n - back} is forgotten at ${n}`);
    }
  }
  expect(recent.revisionOf(1, 'id-0')).toBeUndefined();
  expect(recent.revisionOf(2, 'id-999')).toBeUndefined();
  recent.clear();
  expect(recent.revisionOf(1, 'id-999')).toBeUndefined();
});
