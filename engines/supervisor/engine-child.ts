import { type ChildProcess, fork } from 'node:child_process';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '#platform/log';
import { engineReadySchema } from '../engine-process.ts';
import { forwardLog } from './child-log.ts';
import { type EngineSpec, EngineStartError } from './engine-spec.ts';

/** EX_TEMPFAIL of sysexits.h: what an engine exits with when another process holds its folder. */
const FOLDER_IN_USE = 75;

export type ExitOutcome = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** One run of an engine, from fork to exit. */
export type EngineChild = {
  /** Null when the process could not even be made. */
  readonly pid: number | null;
  /** Settles when it accepts connections; rejects with {@link EngineStartError} if it ends or stays silent before. */
  readonly ready: Promise<{ port: number; version: string }>;
  /** Settles when the process is gone and its last log line is read. Never rejects. */
  readonly exited: Promise<ExitOutcome>;
  /** Closes its channel, then SIGKILL if it is still there after `graceMs`; settles when it is gone. */
  stop(graceMs: number): Promise<void>;
};

/** Forks `node <main> --folder … --port …` with the Node this process runs on. */
export function startChild(spec: EngineSpec, port: number, log: Logger, readyTimeoutMs: number): EngineChild {
  const args = ['--folder', spec.folder, '--port', String(port)];
  if (spec.logLevel) args.push('--log-level', spec.logLevel);
  const child = fork(spec.main, args, {
    // node:sqlite announces itself as experimental; other flags of this process are not the child's business.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const trouble: string[] = [];
  const note = (text: string) => {
    trouble.push(text);
    if (trouble.length > 10) trouble.shift();
  };
  child.on('error', (error) => note(error.message));
  for (const stream of [child.stdout, child.stderr]) if (stream) forwardLog(stream, log, note);

  const exited = new Promise<ExitOutcome>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
    // When this side has closed the channel, Node never says "close": it waits for the channel to be closed for it.
    child.once('exit', async (code, signal) => {
      await Promise.allSettled([child.stdout, child.stderr].map((stream) => stream && finished(stream)));
      resolve({ code, signal });
    });
  });
  return {
    pid: child.pid ?? null,
    ready: readiness(child, readyTimeoutMs, exited, (outcome) => failure(spec, outcome, trouble)),
    exited,
    async stop(graceMs) {
      // Not a signal: those reach the whole process group when a person stops it, and engines leave them to us.
      if (child.connected) child.disconnect();
      const patience = new AbortController();
      const killer = delay(graceMs, undefined, { signal: patience.signal }).then(
        () => {
          log.warn({ graceMs }, 'the engine did not stop when asked and is killed');
          child.kill('SIGKILL');
        },
        () => undefined,
      );
      await exited;
      patience.abort();
      await killer;
    },
  };
}

async function readiness(
  child: ChildProcess,
  timeoutMs: number,
  exited: Promise<ExitOutcome>,
  failed: (outcome: ExitOutcome | 'silent') => EngineStartError,
): Promise<{ port: number; version: string }> {
  const patience = new AbortController();
  try {
    return await Promise.race([
      new Promise<{ port: number; version: string }>((resolve) => {
        child.on('message', (received) => {
          const ready = engineReadySchema.safeParse(received);
          if (ready.success) resolve(ready.data);
        });
      }),
      exited.then((outcome) => {
        throw failed(outcome);
      }),
      delay(timeoutMs, undefined, { signal: patience.signal }).then(() => {
        child.kill('SIGKILL');
        throw failed('silent');
      }),
    ]);
  } finally {
    patience.abort();
  }
}

function failure(
  spec: EngineSpec,
  outcome: ExitOutcome | 'silent',
  trouble: readonly string[],
): EngineStartError {
  if (outcome === 'silent')
    return new EngineStartError(spec.name, 'it did not become ready in time and was killed.');
  if (outcome.code === FOLDER_IN_USE)
    return new EngineStartError(
      spec.name,
      `its folder ${spec.folder} is in use by another running Casefold process. Stop that one, or choose another data folder with --data.`,
    );
  const how = outcome.signal ? `was ended by ${outcome.signal}` : `exited with code ${outcome.code}`;
  const said = trouble.length > 0 ? ` It said:\n  ${trouble.join('\n  ')}` : ' It said nothing.';
  return new EngineStartError(spec.name, `the process ${how} before it was ready.${said}`);
}
