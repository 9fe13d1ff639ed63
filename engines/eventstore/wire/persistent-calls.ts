import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import type { PersistentGroup } from '../persistent/group.ts';
import type { PersistentGroups } from '../persistent/groups.ts';
import { ALL } from '../persistent/source.ts';
import { readStreamName } from './identifiers.ts';
import { describeGroup } from './persistent-info.ts';
import {
  type GroupKey,
  readChangedKey,
  readCreateSettings,
  readGroupKey,
  readUpdateSettings,
} from './persistent-requests.ts';
import { type ExceptionName, invalidArgument, serviceError, toServiceError } from './service-error.ts';

/** The calls of `PersistentSubscriptions` that answer once: all but Read. */
export function persistentCalls(groups: PersistentGroups) {
  return {
    create: unary(async (request: persistent.CreateReq) => {
      const options = request.getOptions();
      if (!options) throw invalidArgument('A create request needs options.');
      const key = readChangedKey(options);
      if (groups.find(key.source, key.name)) {
        throw groupError(status.ALREADY_EXISTS, 'persistent-subscription-exists', key, 'exists already');
      }
      await groups.create(key.source, key.name, readCreateSettings(options));
      return new persistent.CreateResp();
    }),
    update: unary(async (request: persistent.UpdateReq) => {
      const options = request.getOptions();
      if (!options) throw invalidArgument('An update request needs options.');
      const group = existingGroup(groups, readChangedKey(options));
      await groups.update(group, readUpdateSettings(options, group.settings.filter));
      return new persistent.UpdateResp();
    }),
    delete: unary(async (request: persistent.DeleteReq) => {
      await groups.delete(existingGroup(groups, readGroupKey(request.getOptions())));
      return new persistent.DeleteResp();
    }),
    getInfo: unary(async (request: persistent.GetInfoReq) => {
      const group = existingGroup(groups, readGroupKey(request.getOptions()));
      return new persistent.GetInfoResp().setSubscriptionInfo(describeGroup(group));
    }),
    replayParked: unary(async (request: persistent.ReplayParkedReq) => {
      const options = request.getOptions();
      const group = existingGroup(groups, readGroupKey(options));
      group.replayParked(options?.hasStopAt() ? Number(options.getStopAt()) : Number.MAX_SAFE_INTEGER);
      return new persistent.ReplayParkedResp();
    }),
    /** Groups hold nothing that a restart would bring back. */
    restartSubsystem: unary(async () => new shared.Empty()),
    list: unary(async (request: persistent.ListReq) => {
      const wanted = request.getOptions()?.getListForStream();
      const source = wanted && (wanted.hasAll() ? ALL : readStreamName(wanted.getStream()));
      const found = groups.list().filter((group) => source === undefined || group.source === source);
      if (source !== undefined && found.length === 0) throw notFound({ source, name: '' });
      return new persistent.ListResp().setSubscriptionsList(found.map(describeGroup));
    }),
  };
}

/** @throws persistent-subscription-does-not-exist */
export function existingGroup(groups: PersistentGroups, key: GroupKey): PersistentGroup {
  const group = groups.find(key.source, key.name);
  if (!group) throw notFound(key);
  return group;
}

/** An error about a group, with the trailers by which clients recognise it. */
export function groupError(code: status, exception: ExceptionName, key: GroupKey, what: string) {
  return serviceError(code, `Subscription group ${key.name} on stream ${key.source} ${what}.`, {
    exception,
    'stream-name': key.source,
    'group-name': key.name,
  });
}

function notFound(key: GroupKey) {
  return groupError(status.NOT_FOUND, 'persistent-subscription-does-not-exist', key, 'does not exist');
}

function unary<Request, Response>(handle: (request: Request) => Promise<Response>) {
  return async (call: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>): Promise<void> => {
    try {
      answer(null, await handle(call.request));
    } catch (error) {
      answer(toServiceError(error));
    }
  };
}
