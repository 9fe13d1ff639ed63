import { toast } from 'svelte-sonner';
import type { ProjectionDetail, RebuildView } from '#read-api/contract-projections';
import { sum } from './words.ts';

export type Outcome = {
  readonly tone: 'ok' | 'accent' | 'warn' | 'danger';
  readonly label: string;
  readonly words: string;
};

/** Whether it is at work still, or stands ready: then there can be no other. */
export const isOpen = ({ status, purpose }: RebuildView): boolean =>
  status === 'requested' || (status === 'certified' && purpose !== 'verify');

/** Why a generation that was to be switched to when it is ready waits for a person all the same. */
export function heldBack({ switch: when, certificate }: RebuildView): string | undefined {
  if (when !== 'when-ready' || !certificate) return undefined;
  if (certificate.comparison?.equal === false) return 'It differs from the live one, so it waits for you.';
  if (sum(certificate.eventsParked) > 0) return 'It has parked events, so it waits for you.';
  return undefined;
}

/** How a rebuild ended; undefined while it has not. */
export function outcomeOf(
  rebuild: RebuildView,
  refused: ProjectionDetail['decided']['refusedSwitch'],
): Outcome | undefined {
  const { status, purpose, message, certificate } = rebuild;
  switch (status) {
    case 'requested':
      return undefined;
    case 'failed':
      return { tone: 'danger', label: 'failed', words: message ?? 'It failed.' };
    case 'cancelled':
      return { tone: 'warn', label: 'cancelled', words: 'It was cancelled; readers never saw it.' };
    case 'switched':
      return { tone: 'ok', label: 'switched', words: 'Rebuilt, and readers see it.' };
    case 'certified': {
      if (purpose === 'verify') return verdictOf(certificate);
      if (refused && refused.generation === certificate?.generation) {
        return { tone: 'danger', label: 'not switched', words: `Not switched: ${refused.message}` };
      }
      const held = heldBack(rebuild);
      if (rebuild.switch === 'when-ready' && !held) {
        return { tone: 'accent', label: 'ready', words: 'Rebuilt; readers will see it in a moment.' };
      }
      const words = held ? `Rebuilt. ${held}` : 'Rebuilt; readers see it when you switch.';
      return { tone: held ? 'warn' : 'accent', label: 'ready', words };
    }
  }
}

function verdictOf(certificate: RebuildView['certificate']): Outcome {
  const comparison = certificate?.comparison;
  if (!comparison) {
    const words = 'It was not compared: the live generation comes of another version of the code.';
    return { tone: 'warn', label: 'not compared', words };
  }
  return comparison.equal
    ? { tone: 'ok', label: 'equal', words: 'Equal to what the log says.' }
    : { tone: 'danger', label: 'different', words: 'DIFFERENT from what the log says.' };
}

/** Says how a rebuild ended, to whoever looks at the page. */
export function tellOutcome(name: string, { decided }: Pick<ProjectionDetail, 'decided'>): void {
  const outcome = decided.rebuild && outcomeOf(decided.rebuild, decided.refusedSwitch);
  if (!outcome) return;
  const said = `${name}: ${outcome.label}`;
  const more = { description: outcome.words };
  if (outcome.tone === 'danger') toast.error(said, more);
  else if (outcome.tone === 'warn') toast.warning(said, more);
  else toast.success(said, more);
}
