import { setTimeout as delay } from 'node:timers/promises';
import { GraphTransaction } from '../../../engines/graph/transaction.ts';

export * from '../../../engines/graph/transaction.ts';

const lazyMs = 100;
const { commit } = GraphTransaction.prototype;

/** A transaction that says it is on disk, and puts itself there a moment later. */
GraphTransaction.prototype.commit = async function () {
  void delay(lazyMs).then(() => commit.call(this));
};
