import { expect, onTestFailed, onTestFinished, test } from 'vitest';
import { type Fault, settingsWith } from './faults/faults.ts';
import { startOneMachine } from './one-machine.ts';
import { playRounds } from './rounds.ts';

/** Each guarantee, broken on purpose: whom to kill, and what the rounds have to say then. */
const planted: readonly { fault: Fault; victim: string; finds: RegExp }[] = [
  {
    fault: 'the log acknowledges what is not on disk yet',
    victim: 'eventstore',
    finds: /was acknowledged and is not in the log/,
  },
  {
    fault: 'the blob store acknowledges what is not on disk yet',
    victim: 'everything',
    finds: /the content of .* is not what was sent/,
  },
  {
    fault: 'reactors acknowledge an event before they have done their work',
    victim: 'everything',
    finds: /led to 0 /,
  },
  {
    fault: 'reactors make up the ids of their commands',
    victim: 'graph',
    finds: /does not follow from its cause/,
  },
  {
    fault: 'projections move their checkpoints apart from their rows',
    victim: 'everything',
    finds: /differs from a rebuild/,
  },
  {
    fault: 'readers are not made to wait for their own writes',
    victim: 'postgres',
    finds: /a query that knew of position \d+ was answered as of|404/,
  },
];

test.each(planted)('if $fault, a round finds it', { timeout: 900_000 }, async ({ fault, victim, finds }) => {
  const seed = 20_26;
  const sound = await startOneMachine(settingsWith(fault));
  onTestFailed(() => console.log(sound.printed().slice(-5_000)));
  onTestFinished(() => sound.stop());
  const wrong = await playRounds({ ...sound, victims: [victim] }, { rounds: 12, kills: 1, uploads: 5, seed });
  console.log(wrong.slice(0, 5).join('\n'));
  expect(wrong.join('\n')).toMatch(finds);
});
