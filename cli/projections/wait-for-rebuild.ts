import type { Certificate } from '#domain/projection/certificate';
import type { ProjectionDetail, ProjectionItem } from '#read-api/contract-projections';
import type { ProjectionClient } from './client.ts';
import { poll } from './poll.ts';
import type { RebuildProgress } from './rebuild-progress.ts';

/** How a rebuild ended, as far as one waits for it. */
export type RebuildOutcome = {
  readonly projection: string;
  readonly rebuildId: string;
  /** `equal` and `different` are of a check; `not-yet`: the time ran out. */
  readonly outcome: 'switched' | 'ready' | 'equal' | 'different' | 'failed' | 'cancelled' | 'not-yet';
  readonly message?: string;
  readonly certificate?: Certificate;
};

type End = Omit<RebuildOutcome, 'projection' | 'rebuildId'>;

/** How a rebuild ended; undefined while it has not. */
export function endOf({ decided, history }: ProjectionDetail, rebuildId: string): End | undefined {
  const { rebuild, refusedSwitch } = decided;
  if (rebuild?.rebuildId !== rebuildId) {
    // Decisions are to be seen as soon as they are answered: another rebuild has been asked for since.
    const isKnown = history.some(({ data }) => data.rebuildId === rebuildId);
    return isKnown ? { outcome: 'failed', message: 'Another rebuild has taken its place since.' } : undefined;
  }
  const { status, certificate, message, purpose } = rebuild;
  switch (status) {
    case 'requested':
      return undefined;
    case 'failed':
      return { outcome: 'failed', message: message ?? 'It failed.' };
    case 'cancelled':
      return { outcome: 'cancelled', message: 'It was cancelled.' };
    case 'switched':
      return { outcome: 'switched', ...(certificate && { certificate }) };
    case 'certified':
      if (!certificate) return undefined;
      if (purpose === 'verify') return verdict(certificate);
      if (refusedSwitch?.generation === certificate.generation) {
        return { outcome: 'failed', message: `Not switched: ${refusedSwitch.message}`, certificate };
      }
      return rebuild.switch === 'by-hand' ? { outcome: 'ready', certificate } : undefined;
  }
}

function verdict(certificate: Certificate): End {
  const { comparison } = certificate;
  if (!comparison) {
    const message = 'It was not compared: the live generation comes of another version of the code.';
    return { outcome: 'failed', message, certificate };
  }
  return { outcome: comparison.equal ? 'equal' : 'different', certificate };
}

const workingOn = (status: readonly ProjectionItem[], rebuildId: string) =>
  status.find(({ rebuild }) => rebuild?.rebuildId === rebuildId)?.rebuild;

/** Waits for the end of each rebuild, and shows how they are doing meanwhile. */
export async function waitForRebuilds(
  client: ProjectionClient,
  rebuilds: readonly { readonly projection: string; readonly rebuildId: string }[],
  timeoutSeconds: number | undefined,
  progress: RebuildProgress,
): Promise<RebuildOutcome[]> {
  try {
    return await Promise.all(
      rebuilds.map(async ({ projection, rebuildId }) => {
        const ended = await poll(async () => {
          const detail = await client.show(projection);
          const end = endOf(detail, rebuildId);
          progress.show(projection, workingOn(detail.status, rebuildId), end?.outcome);
          return end;
        }, timeoutSeconds);
        return { projection, rebuildId, ...(ended ?? { outcome: 'not-yet' as const }) };
      }),
    );
  } finally {
    progress.stop();
  }
}
