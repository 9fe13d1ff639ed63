import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import type { Consumer } from '../persistent/consumer.ts';
import type { PersistentGroup } from '../persistent/group.ts';
import type { GroupSettings } from '../persistent/settings.ts';
import { ALL } from '../persistent/source.ts';

/** What a client is told about a group. Rates are not measured and read 0. */
export function describeGroup(group: PersistentGroup): persistent.SubscriptionInfo {
  const { settings, consumers, buffered } = group;
  const delivered = [...consumers].reduce((sum, consumer) => sum + consumer.delivered, 0);
  return new persistent.SubscriptionInfo()
    .setEventSource(group.source)
    .setGroupName(group.name)
    .setStatus('Live')
    .setConnectionsList([...consumers].map(describeConsumer))
    .setTotalItems(String(delivered))
    .setCountSinceLastMeasurement('0')
    .setLastCheckpointedEventPosition(group.checkpoint)
    .setLastKnownEventPosition(group.lastKnown)
    .setResolveLinkTos(settings.resolveLinks)
    .setStartFrom(describeStart(group.source, settings.startFrom))
    .setMessageTimeoutMilliseconds(settings.messageTimeoutMs)
    .setExtraStatistics(settings.extraStatistics)
    .setMaxRetryCount(settings.maxRetryCount)
    .setLiveBufferSize(settings.liveBufferSize)
    .setBufferSize(settings.historyBufferSize)
    .setReadBatchSize(settings.readBatchSize)
    .setCheckPointAfterMilliseconds(settings.checkpointAfterMs)
    .setMinCheckPointCount(settings.minCheckpointCount)
    .setMaxCheckPointCount(settings.maxCheckpointCount)
    .setReadBufferCount(buffered.read)
    .setLiveBufferCount('0')
    .setRetryBufferCount(buffered.retry)
    .setTotalInFlightMessages(consumers.inFlight)
    .setOutstandingMessagesCount(buffered.outstanding)
    .setNamedConsumerStrategy(settings.strategy)
    .setMaxSubscriberCount(settings.maxSubscribers)
    .setParkedMessageCount(String(group.parked.count));
}

function describeConsumer(consumer: Consumer): persistent.SubscriptionInfo.ConnectionInfo {
  return new persistent.SubscriptionInfo.ConnectionInfo()
    .setFrom(consumer.connectedFrom)
    .setUsername('anonymous')
    .setTotalItems(String(consumer.delivered))
    .setCountSinceLastMeasurement('0')
    .setAvailableSlots(consumer.free)
    .setInFlightMessages(consumer.inFlight)
    .setConnectionName('');
}

function describeStart(source: string, start: GroupSettings['startFrom']): string {
  const place = start === 'start' ? 0 : start === 'end' ? -1 : start;
  return source === ALL ? `C:${place}/P:${place}` : String(place);
}
