import { readFileSync } from 'node:fs';
import open from 'open';
import { ConfigError, readConfig } from '#platform/config';
import { FolderInUseError } from '#platform/folder-lock';
import { createLogger, type Logger } from '#platform/log';
import { showDemoProgress } from './demo-progress.ts';
import { roles as allRoles, type Role } from './roles.ts';
import { type Casefold, type StartStep, startCasefold } from './start-casefold.ts';
import { createTerminalLog } from './terminal-log.ts';

export type UpOptions = {
  readonly port?: number;
  readonly data?: string;
  readonly demo?: boolean;
  readonly open?: boolean;
  /** Fewer than all: a container of a deployment. */
  readonly roles?: readonly Role[];
};

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const say = (text: string) => process.stdout.write(`${text}\n`);

/** `casefold up`: starts, says where it answers, and serves until it is told to stop. */
export async function up(options: UpOptions): Promise<void> {
  const config = readConfig({
    ...(options.port !== undefined && { port: options.port }),
    ...(options.data !== undefined && { dataFolder: options.data }),
  });
  const roles = new Set(options.roles ?? allRoles);
  const log = options.roles
    ? createLogger('casefold', config.logLevel)
    : createTerminalLog(config.dataFolder, config.logLevel);
  const stopping = new AbortController();
  const began = Date.now();
  say(`Casefold ${version}  ·  data in ${config.dataFolder}`);

  const casefold = await startCasefold({
    config,
    roles,
    log,
    onStep: (step, detail) => report(step, detail, began),
    onFatal: (error) => {
      log.fatal(error.message);
      process.exitCode = 1;
      stopping.abort();
    },
  });
  stopOnSignals(casefold, stopping, log);

  if (roles.has('web')) {
    const link = casefold.signInLink();
    say(
      `\n  Open  ${link}\n\n  The link signs this browser in, once. For another: npm run casefold -- link\n  Ctrl-C stops everything.\n`,
    );
    if (options.open) await open(link);
  }
  if (options.demo && casefold.commands) await loadDemo(casefold, stopping.signal);
}

async function loadDemo({ commands, origin }: Casefold, signal: AbortSignal): Promise<void> {
  if (!commands) return;
  const { demo } = commands;
  let status = await demo.status();
  if (status.state !== 'loaded') {
    demo.load();
    status = await showDemoProgress(demo, signal);
  }
  if (signal.aborted) return;
  const { state, total, failed, caseId } = status;
  say(
    state === 'loaded'
      ? `The demo case is there: ${total - failed} of ${total} documents are ready, at ${origin}/cases/${caseId}`
      : `The demo case is not there to its end; the log says why. To go on: Ctrl-C, then the same command.`,
  );
}

const seconds = (began: number) => `${((Date.now() - began) / 1000).toFixed(1)} s`;

function report(step: StartStep, detail: string, began: number): void {
  if (step === 'engines') say(`  engines  ${detail || 'none embedded'}  (${seconds(began)})`);
  if (step === 'web-build') say(`  web      ${detail}`);
  if (step === 'ready') say(`  ready    ${detail}  (${seconds(began)})`);
}

const stopGraceMs = 30_000;

function stopOnSignals(casefold: Casefold, stopping: AbortController, log: Logger): void {
  const stop = () => {
    if (stopping.signal.aborted) {
      // Asked twice: they mean it.
      process.exit(130);
    }
    stopping.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  stopping.signal.addEventListener('abort', () => {
    // Everything acknowledged is on disk: what cannot end in time need not be waited for. Engines follow us.
    setTimeout(() => {
      log.error(`the stop took longer than ${stopGraceMs / 1000} s and was cut short`);
      process.exit(1);
    }, stopGraceMs).unref();
    casefold
      .stop()
      .catch((error) => log.error({ err: error }, 'the stop was not clean'))
      .finally(() => process.exit());
  });
}

/** What a person reads when a start fails: the reason, not a stack. */
export function explainStartFailure(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const foreseen = error instanceof ConfigError || error instanceof FolderInUseError;
  return foreseen ? message : `Casefold could not start: ${message}`;
}
