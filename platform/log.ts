import pino, { type Logger } from 'pino';

export type { Logger };

/**
 * The one logger of a process: JSON lines on standard error. Names the component on every line. `level` comes from
 * the configuration; secrets are never logged, and the redaction is the second line of defence, not the first.
 */
export function createLogger(component: string, level: string = 'info'): Logger {
  return pino(
    { name: component, level, redact: ['*.token', '*.password', 'headers.authorization', 'headers.cookie'] },
    pino.destination({ dest: 2, sync: true }),
  );
}
