import { randomUUID } from 'node:crypto';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { sendUnaryData } from '@grpc/grpc-js';
import { writeUuid } from './identifiers.ts';

/** The EventStoreDB version whose protocol this is. Three parts: newer clients fail on four. */
const PROTOCOL_VERSION = '24.10.0';

const STREAMS = 'event_store.client.streams.streams';
const PERSISTENT = 'event_store.client.persistent_subscriptions.persistentsubscriptions';

/** What clients look up before they use a method; the names are in lower case, as EventStoreDB sends them. */
const METHODS: readonly { service: string; method: string; features: string[] }[] = [
  ...['read', 'append', 'delete', 'tombstone', 'batchappend'].map((method) => ({
    service: STREAMS,
    method,
    features: [],
  })),
  ...['create', 'update', 'delete', 'read', 'getinfo', 'replayparked', 'list', 'restartsubsystem'].map(
    (method) => ({ service: PERSISTENT, method, features: ['stream', 'all'] }),
  ),
  { service: 'event_store.client.gossip.gossip', method: 'read', features: [] },
];

/** `ServerFeatures/GetSupportedMethods`: the first thing a client asks. */
export function supportedMethodsCall() {
  return (_call: unknown, answer: sendUnaryData<features.SupportedMethods>): void => {
    const methods = METHODS.map((entry) =>
      new features.SupportedMethod()
        .setServiceName(entry.service)
        .setMethodName(entry.method)
        .setFeaturesList(entry.features),
    );
    answer(
      null,
      new features.SupportedMethods().setEventStoreServerVersion(PROTOCOL_VERSION).setMethodsList(methods),
    );
  };
}

/** `Gossip/Read`: a cluster of one, its leader, for `esdb+discover://`. @param port the port listened on */
export function gossipCall(port: () => number) {
  const instance = randomUUID();
  return (_call: unknown, answer: sendUnaryData<gossip.ClusterInfo>): void => {
    const member = new gossip.MemberInfo()
      .setInstanceId(writeUuid(instance))
      .setTimeStamp(`${Date.now()}0000`)
      .setState(gossip.MemberInfo.VNodeState.LEADER)
      .setIsAlive(true)
      .setHttpEndPoint(new gossip.EndPoint().setAddress('127.0.0.1').setPort(port()));
    answer(null, new gossip.ClusterInfo().setMembersList([member]));
  };
}
