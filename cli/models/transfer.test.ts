import { expect, test } from 'vitest';
import { createTransfer } from './transfer.ts';

test('the remaining time is told by what came since it began, over all layers', () => {
  let now = 0;
  const transfer = createTransfer(() => now);
  expect(transfer.progress()).toEqual({ share: 0, totalBytes: 0, remainingSeconds: undefined });
  // Half of it was there from the time before.
  transfer.note('weights', 800, 400);
  expect(transfer.progress().remainingSeconds).toBeUndefined();
  now = 2000;
  transfer.note('weights', 800, 600);
  transfer.note('template', 200, 0);
  expect(transfer.progress()).toEqual({ share: 0.6, totalBytes: 1000, remainingSeconds: 4 });
});
