import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import { type ServerDuplexStream, status } from '@grpc/grpc-js';
import { Consumer, type DropReason } from '../persistent/consumer.ts';
import type { NackAction, PersistentGroup } from '../persistent/group.ts';
import type { PersistentGroups } from '../persistent/groups.ts';
import { readUuid } from './identifiers.ts';
import { existingGroup, groupError } from './persistent-calls.ts';
import { type GroupKey, readGroupKey } from './persistent-requests.ts';
import { encodePersistentResponse } from './recorded-event.ts';
import { invalidArgument, serviceError, toServiceError } from './service-error.ts';

type Call = ServerDuplexStream<persistent.ReadReq, Buffer>;

const { Action } = persistent.ReadReq.Nack;

/**
 * `PersistentSubscriptions/Read`: the client names the group first, then answers the messages it is sent. At most its
 * buffer size is unanswered at any time, so nothing piles up here for a slow client.
 */
export function persistentReadCall(groups: PersistentGroups) {
  return (call: Call): void => {
    let connected: { group: PersistentGroup; consumer: Consumer } | undefined;
    const fail = (error: unknown) => call.emit('error', toServiceError(error));
    const leave = () => {
      connected?.group.disconnect(connected.consumer);
      connected = undefined;
    };
    call.on('data', (request: persistent.ReadReq) => {
      try {
        if (connected) answer(connected.group, connected.consumer, request);
        else connected = connect(groups, call, request);
      } catch (error) {
        leave();
        fail(error);
      }
    });
    call.on('end', () => {
      leave();
      call.end();
    });
    call.on('cancelled', leave);
    call.on('close', leave);
    call.on('error', leave);
  };
}

function connect(groups: PersistentGroups, call: Call, request: persistent.ReadReq) {
  const options = request.getOptions();
  if (!options) throw invalidArgument('The first message of a persistent subscription carries its options.');
  const key = readGroupKey(options);
  const group = existingGroup(groups, key);
  const { maxSubscribers } = group.settings;
  if (maxSubscribers > 0 && group.consumers.size >= maxSubscribers) {
    throw groupError(
      status.FAILED_PRECONDITION,
      'maximum-subscribers-reached',
      key,
      'has all the subscribers it takes',
    );
  }
  const consumer = new Consumer({
    capacity: options.getBufferSize(),
    connectedFrom: call.getPeer(),
    send: (message) => {
      if (!call.cancelled) call.write(encodePersistentResponse(message.resolved, message.retryCount));
    },
    drop: (reason) => call.emit('error', dropped(key, reason)),
  });
  call.write(confirmation(key));
  group.connect(consumer);
  return { group, consumer };
}

function answer(group: PersistentGroup, consumer: Consumer, request: persistent.ReadReq): void {
  const ack = request.getAck();
  if (ack) group.ack(consumer, ack.getIdsList().map(readUuid));
  const nack = request.getNack();
  if (nack)
    group.nack(consumer, nack.getIdsList().map(readUuid), readAction(nack.getAction()), nack.getReason());
}

function readAction(action: persistent.ReadReq.Nack.Action): NackAction {
  if (action === Action.PARK) return 'park';
  if (action === Action.SKIP) return 'skip';
  return action === Action.STOP ? 'stop' : 'retry';
}

function dropped(key: GroupKey, reason: DropReason) {
  // Without an exception name: clients treat it as the broken connection it is about to be.
  if (reason === 'shutdown') return serviceError(status.UNAVAILABLE, 'The server is stopping.');
  return groupError(status.CANCELLED, 'persistent-subscription-dropped', key, `was ${reason}`);
}

function confirmation(key: GroupKey): Buffer {
  const message = new persistent.ReadResp.SubscriptionConfirmation().setSubscriptionId(
    `${key.source}::${key.name}`,
  );
  return Buffer.from(new persistent.ReadResp().setSubscriptionConfirmation(message).serializeBinary());
}
