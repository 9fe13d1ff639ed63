import { expect } from 'vitest';
import { z } from 'zod';
import { type Certificate, certificateSchema } from '#domain/projection/certificate';
import { eventRegistry } from '#domain/registry';
import { connectEventStore } from '#platform/clients/eventstore';
import { createLogger } from '#platform/log';
import { type ProjectionDetail, projectionDetailSchema } from '#read-api/contract-projections';
import type { Product } from '../../support/product.ts';
import { runCli } from '../../support/run-cli.ts';
import { engineSettings } from '../../support/stores.ts';
import { NeverError, until } from '../../support/until.ts';

const outcomesSchema = z.object({
  items: z.array(
    z.object({
      projection: z.string(),
      outcome: z.string(),
      message: z.string().optional(),
      certificate: certificateSchema.optional(),
    }),
  ),
});

export type Outcomes = z.infer<typeof outcomesSchema>['items'];

/** `casefold projections …` to its end, on the machine of a running Casefold. */
export async function projections(casefold: Product, ...args: string[]): Promise<Outcomes> {
  const command = ['projections', ...args, '--json', '--data', casefold.folder];
  const { code, stdout, stderr } = await runCli(command);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
  return outcomesSchema.parse(JSON.parse(stdout)).items;
}

const show = (casefold: Product, name: string): Promise<ProjectionDetail> =>
  casefold.json(projectionDetailSchema, `/api/projections/${name}`);

/** The rebuild that is at work, as its worker tells. */
export const working = async (casefold: Product, name: string) =>
  (await show(casefold, name)).status.find(({ rebuild }) => rebuild)?.rebuild;

/** Resolves when the switch that was asked for at a position has been made. @throws {Error} if it cannot be */
export const switched = (casefold: Product, name: string, position: string): Promise<unknown> =>
  until(`${name} is switched`, async () => {
    const { history } = await show(casefold, name);
    const since = history.filter((each) => BigInt(each.position) > BigInt(position));
    const refused = since.find(({ type }) => type === 'ProjectionSwitchRefused');
    if (refused) throw new NeverError(`${name} was not switched: ${refused.data.message}`);
    return since.some(({ type }) => type === 'ProjectionSwitched');
  });

/** How the newest rebuild ended, once readers see it or it has failed. */
export const ended = (casefold: Product, projection: string): Promise<Outcomes[number]> =>
  until(`the rebuild of ${projection} has ended`, async () => {
    const { rebuild } = (await show(casefold, projection)).decided;
    if (rebuild?.status !== 'switched' && rebuild?.status !== 'failed') return undefined;
    const { status: outcome, certificate, message } = rebuild;
    return { projection, outcome, certificate, message };
  });

/** Each was certified and is equal to the generation it was compared with, and no event is unaccounted for. */
export function expectProven(outcomes: Outcomes, outcome: string): Certificate[] {
  return outcomes.map(({ projection, certificate, ...ended }) => {
    expect({ projection, ...ended }).toEqual({ projection, outcome });
    if (!certificate) throw new Error(`${projection} has no certificate.`);
    const { eventsInLog, eventsApplied, eventsParked, eventsSkipped, comparison } = certificate;
    expect([projection, comparison?.differences, comparison?.equal]).toEqual([projection, [], true]);
    expect(comparison?.digest ?? certificate.digest, projection).toBe(certificate.digest);
    expect([projection, eventsParked, eventsSkipped]).toEqual([projection, {}, {}]);
    expect({ projection, ...some(eventsApplied) }).toEqual({ projection, ...some(eventsInLog) });
    return certificate;
  });
}

/** What certificates say is in the log is what the official client reads there. */
export async function expectCountsOfLog(
  casefold: Product,
  certificates: readonly Certificate[],
): Promise<void> {
  const url = engineSettings(casefold).EVENTSTORE_URL ?? '';
  const store = connectEventStore(url, eventRegistry, createLogger('log', 'silent'));
  try {
    const log = await Array.fromAsync(store.readAll());
    for (const { projection, eventsInLog, positions } of certificates) {
      const counts: Record<string, number> = {};
      for (const { type, position } of log)
        if (position <= BigInt(positions.upTo) && type in eventsInLog) counts[type] = (counts[type] ?? 0) + 1;
      expect({ projection, ...counts }).toEqual({ projection, ...some(eventsInLog) });
    }
  } finally {
    await store.close();
  }
}

const some = (counts: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
