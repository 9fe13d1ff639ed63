import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import type shared from '@eventstore/db-client/generated/shared_pb.js';
import type { GroupSettings, STRATEGIES } from '../persistent/settings.ts';
import { ALL } from '../persistent/source.ts';
import { readStreamName } from './identifiers.ts';
import { readFilter } from './read-request.ts';
import { invalidArgument } from './service-error.ts';

const TICKS_PER_MILLISECOND = 10_000;

/** Which group a request is about. */
export type GroupKey = { readonly source: string; readonly name: string };

/** The stream and the group's name, of any request that names an existing group. */
export function readGroupKey(
  options:
    | {
        hasAll(): boolean;
        getGroupName(): string;
        getStreamIdentifier(): shared.StreamIdentifier | undefined;
      }
    | undefined,
): GroupKey {
  const name = options?.getGroupName() ?? '';
  if (name === '') throw invalidArgument('The group name is missing.');
  return { source: options?.hasAll() ? ALL : readStreamName(options?.getStreamIdentifier()), name };
}

/** The stream and the group's name, of a create or an update: there the stream has options of its own. */
export function readChangedKey(
  options: persistent.CreateReq.Options | persistent.UpdateReq.Options | undefined,
): GroupKey {
  const name = options?.getGroupName() ?? '';
  if (name === '') throw invalidArgument('The group name is missing.');
  if (options?.hasAll()) return { source: ALL, name };
  // This client names the stream one level up, as before 21.10.
  const stream = options?.getStream()?.getStreamIdentifier() ?? options?.getStreamIdentifier();
  return { source: readStreamName(stream), name };
}

/** The settings of a create request. */
export function readCreateSettings(options: persistent.CreateReq.Options): GroupSettings {
  const filter = options.getAll()?.getFilter();
  return { ...readSettings(options), filter: filter ? readFilter(filter) : null };
}

/** The settings of an update request. A filter cannot be changed, so the group's own is kept. */
export function readUpdateSettings(
  options: persistent.UpdateReq.Options,
  filter: GroupSettings['filter'],
): GroupSettings {
  return { ...readSettings(options), filter };
}

function readSettings(options: persistent.CreateReq.Options | persistent.UpdateReq.Options) {
  const settings = options.getSettings();
  if (!settings) throw invalidArgument('The settings of the group are missing.');
  return {
    resolveLinks: settings.getResolveLinks(),
    extraStatistics: settings.getExtraStatistics(),
    messageTimeoutMs: settings.hasMessageTimeoutTicks()
      ? Number(settings.getMessageTimeoutTicks()) / TICKS_PER_MILLISECOND
      : settings.getMessageTimeoutMs(),
    maxRetryCount: settings.getMaxRetryCount(),
    checkpointAfterMs: settings.hasCheckpointAfterTicks()
      ? Number(settings.getCheckpointAfterTicks()) / TICKS_PER_MILLISECOND
      : settings.getCheckpointAfterMs(),
    minCheckpointCount: settings.getMinCheckpointCount(),
    maxCheckpointCount: Math.max(1, settings.getMaxCheckpointCount()),
    maxSubscribers: settings.getMaxSubscriberCount(),
    liveBufferSize: settings.getLiveBufferSize(),
    readBatchSize: Math.max(1, settings.getReadBatchSize()),
    historyBufferSize: Math.max(1, settings.getHistoryBufferSize()),
    strategy: readStrategy(settings.getNamedConsumerStrategy()),
    startFrom: readStart(options),
  };
}

function readStrategy(strategy: persistent.CreateReq.ConsumerStrategy): (typeof STRATEGIES)[number] {
  if (strategy === persistent.CreateReq.ConsumerStrategy.PINNED) return 'Pinned';
  if (strategy === persistent.CreateReq.ConsumerStrategy.ROUNDROBIN) return 'RoundRobin';
  return 'DispatchToSingle';
}

/** What the client sends for "from the end" where a revision is wanted: the largest unsigned 64-bit number. */
const END_REVISION = '18446744073709551615';

function readStart(
  options: persistent.CreateReq.Options | persistent.UpdateReq.Options,
): GroupSettings['startFrom'] {
  const all = options.getAll();
  const position = all?.getPosition();
  if (position) return Number(position.getCommitPosition());
  if (all) return all.hasStart() ? 'start' : 'end';
  const stream = options.getStream();
  if (stream?.hasStart()) return 'start';
  if (stream?.hasEnd()) return 'end';
  // This client still names the revision among the settings, as before 21.10.
  const revision = stream?.hasRevision() ? stream.getRevision() : options.getSettings()?.getRevision();
  return revision === END_REVISION ? 'end' : Number(revision);
}
