import { setMaxListeners } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createWriteApi } from '#commands/app';
import { createArticleFinder } from '#commands/articles/article-finder';
import { createPageFetcher } from '#commands/articles/fetch-page';
import { politely } from '#commands/articles/polite-fetcher';
import { createDemoCase, type DemoCase } from '#commands/demo/demo-case';
import { createExtractor } from '#commands/extraction/extractor';
import { createGate } from '#commands/gate';
import { createModels } from '#commands/models';
import type { Senders } from '#commands/notifications/deliver';
import { createEmailSender } from '#commands/notifications/email';
import { startOutbox } from '#commands/notifications/outbox';
import { createSmsSender } from '#commands/notifications/sms';
import type { ProjectionCommandPorts } from '#commands/projection-commands';
import { analysisReactor, linkingReactor } from '#commands/reactors/analysis';
import { behaviourAnalysisReactor } from '#commands/reactors/behaviour-analysis';
import { extractionReactor } from '#commands/reactors/extraction';
import { notificationRequestsReactor } from '#commands/reactors/notification-requests';
import { questionReactors } from '#commands/reactors/questions';
import { runReactor } from '#commands/reactors/reactor';
import { runRecommendationSchedule } from '#commands/reactors/recommendation-schedule';
import { recommendationReactor } from '#commands/reactors/recommendations';
import { reportsReactor } from '#commands/reactors/reports';
import { type UserCommand, userDecider, userStream } from '#domain/user/decider';
import type { Clients } from '#engines/connect';
import type { Config } from '#platform/config';
import { handleCommand } from '#platform/handle-command';
import { owner } from '#platform/http/actor';
import { derivedId } from '#platform/ids';
import type { Logger } from '#platform/log';
import type { Tracer } from '#platform/telemetry';

const demoFolder = fileURLToPath(new URL('../samples/demo-case', import.meta.url));

/** The write side: the API and the reactors with their workers. */
export async function startCommands(
  { store, blobs, bus }: Clients,
  projections: ProjectionCommandPorts,
  config: Config,
  tracer: Tracer,
  log: Logger,
) {
  await registerOwner(store);
  const demo: DemoCase = createDemoCase({ store, blobs, log }, demoFolder);
  const extractor = createExtractor({ workers: config.workers, log });
  const articleFinder =
    config.searxngUrl === undefined
      ? undefined
      : createArticleFinder({
          server: config.searxngUrl,
          fetchPage: politely(createPageFetcher(config.articleHosts)),
          blobs,
          extractor,
        });
  const stop = new AbortController();
  // Each piece of work in hand listens to it.
  setMaxListeners(0, stop.signal);
  const models = createModels(bus, config.modelTimeoutMs);
  const reactors = [
    // One more than there are workers, so that none waits for the log between two documents.
    extractionReactor({ store, blobs, bus, extractor }, config.workers + 1),
    analysisReactor({ store, bus, models }),
    linkingReactor({ store, bus }),
    recommendationReactor({ store, bus }, log, stop.signal),
    ...questionReactors({ store, blobs, bus, models, ...(articleFinder && { articleFinder }) }),
    reportsReactor({ store, blobs, bus, models }),
    behaviourAnalysisReactor({ store, bus, models }),
    notificationRequestsReactor(store),
  ];
  const running = [
    ...reactors.map((reactor) => runReactor(reactor, store, log, stop.signal, tracer)),
    runRecommendationSchedule({ store, bus }, config.recommendEveryMs, log, stop.signal),
  ];
  const senders = sendersOf(config);
  const stopOutbox = startOutbox({ store, senders, origin: config.origin }, log);
  await demo.resume();
  return {
    app: createWriteApi({
      store,
      blobs,
      demo,
      gate: createGate(store),
      searchesWeb: articleFinder !== undefined,
      channels: [
        'toast',
        ...(senders.email ? (['email'] as const) : []),
        ...(senders.sms ? (['sms'] as const) : []),
      ],
      projections,
      maxUploadBytes: config.maxUploadBytes,
      log,
    }),
    demo,
    async stop() {
      stop.abort();
      demo.stop();
      // Work in hand is not waited for: the log gives it out again, to this process after its next start or to another.
      await extractor.close();
      await Promise.all([...running, stopOutbox()]);
    },
  };
}

/** The ways out that are set up. */
const sendersOf = ({ notifications: { email, sms } }: Config): Senders => ({
  ...(email && { email: createEmailSender(email) }),
  ...(sms && { sms: createSmsSender(sms) }),
});

/** The owner has everything, unless somebody has decided otherwise. */
async function registerOwner(store: Clients['store']): Promise<void> {
  const userId = owner.id;
  await asCasefold(store, 'register-owner', { type: 'RegisterUser', userId, name: 'Owner' });
  await asCasefold(store, 'owner-tier', { type: 'ChangeTier', userId, tier: 'pro', unlessChosen: true });
}

async function asCasefold(store: Clients['store'], id: string, command: UserCommand): Promise<void> {
  const commandId = derivedId(id);
  await handleCommand(store, userDecider, userStream(command.userId), command, {
    commandId,
    actor: { kind: 'system', id: 'casefold' },
    correlationId: commandId,
    causationId: commandId,
    occurredAt: new Date().toISOString(),
  });
}
