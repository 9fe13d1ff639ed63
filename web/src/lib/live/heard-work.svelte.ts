import { api } from '#lib/api/client.ts';
import type { WorkingMessage } from '#read-api/contract';
import { getLive } from './context.ts';

type Heard = Pick<WorkingMessage, 'step' | 'waiting' | 'text'>;

/**
 * What is heard of the work on a question or a report while it is under way. Call it while a component is set up.
 *
 * @param jobId the job's id; another one is listened for when it changes
 */
export function hearWork(jobId: () => string): { readonly current: Heard } {
  const live = getLive();
  let heard: Heard = $state({ step: 'Waiting its turn' });
  $effect(() => {
    const id = jobId();
    let told = false;
    const stop = live.listen((message) => {
      if (message.kind !== 'working' || message.jobId !== id) return;
      told = true;
      heard = message;
    });
    // What was told before this page listened; the socket is newer.
    api.job(id).then(
      ({ step, waiting }) => {
        if (!told && step) heard = { step, waiting };
      },
      () => {
        // The socket tells the next step.
      },
    );
    return stop;
  });
  return {
    get current() {
      return heard;
    },
  };
}
