import { fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a script in a process of its own, whose memory and time then are those of its work alone.
 *
 * @param request what it finds as JSON in its first argument
 * @returns the one message that it sends
 * @throws {Error} if it ends without one; it has said why
 */
export async function inProcess<Request, Answer>(script: URL, request: Request): Promise<Answer> {
  const child = fork(script, [JSON.stringify(request)]);
  let answer: Answer | undefined;
  child.once('message', (message) => {
    answer = message as Answer;
  });
  const [code] = await once(child, 'exit');
  if (code !== 0 || answer === undefined) throw new Error(`${script.pathname} ended with ${code}.`);
  return answer;
}
