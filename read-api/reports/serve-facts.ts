import {
  type Fact,
  type JourneyFacts,
  journeyFactsRequestSchema,
  journeyFactsSubject,
  mostFacts,
} from '#domain/report/facts';
import type { Bus } from '#platform/ports';
import { ServiceUnavailableError } from '#platform/service-unavailable';
import { isAway } from '../http/store-away.ts';
import type { ReadApiPorts } from '../ports.ts';
import { findCase } from '../queries/case-file.ts';
import { countDocuments, failedDocumentFacts } from './document-facts.ts';
import { eventFacts, newest } from './event-facts.ts';
import { eventLink, fact, type Sources } from './gathered.ts';
import { graphFacts } from './graph-facts.ts';
import { questionFacts } from './question-facts.ts';
import { unreadFacts } from './unread-facts.ts';

type Ports = Pick<ReadApiPorts, 'db' | 'graph' | 'positions'> & { readonly bus: Bus };

const readModels = ['case-history', 'document-list', 'document-passages', 'case-graph'];
/** How long a request waits for the read models to have what was there when it was made. */
const factsTimeoutMs = 60_000;

/**
 * Answers over the bus what is to be told of a case, each fact with the events and passages that show it. Several read
 * APIs compete for the requests.
 *
 * @returns ends the service; resolves when what was taken is answered
 */
export function serveFacts({ bus, db, graph, positions }: Ports): Promise<() => Promise<void>> {
  return bus.respond(journeyFactsSubject, { queue: 'read-api', concurrency: 2 }, async (data) => {
    const { caseId, position } = journeyFactsRequestSchema.parse(data);
    if (!(await positions.waitFor(readModels, BigInt(position), factsTimeoutMs))) {
      throw new ServiceUnavailableError('What happened in the case last cannot be read yet.');
    }
    try {
      return await gather({ db, graph, caseId, position: BigInt(position) });
    } catch (error) {
      if (!isAway(error)) throw error;
      throw new ServiceUnavailableError('What the facts are gathered from is away.', { cause: error });
    }
  });
}

async function gather(sources: Sources): Promise<JourneyFacts> {
  const { name } = await findCase(sources.db, sources.caseId);
  const { facts: questions, asked } = await questionFacts(sources);
  const facts: Fact[] = [
    ...(await eventFacts(sources, name)),
    ...(await graphFacts(sources, asked)),
    ...questions,
    ...(await failedDocumentFacts(sources)),
    ...(await unreadFacts(sources)),
    ...(asked.length === 0 ? await nothingAsked(sources) : []),
  ];
  return {
    caseName: name,
    documents: await countDocuments(sources.db, sources.caseId),
    facts: facts.slice(0, mostFacts),
  };
}

async function nothingAsked(sources: Sources): Promise<Fact[]> {
  const opened = await newest(sources, ['CaseOpened'], 1);
  return fact('nothing-asked', 'Nobody has asked the case a question yet.', opened.map(eventLink));
}
