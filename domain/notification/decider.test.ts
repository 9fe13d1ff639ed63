import { describe, expect, test } from 'vitest';
import { specificationOf } from '../decider-specification.ts';
import { type NotificationCommand, notificationDecider } from './decider.ts';
import type { Channel, NotificationEvent } from './events.ts';

const { given } = specificationOf(notificationDecider);

const ids = { notificationId: 'n', userId: 'ada' };
const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 10, minutes)).toISOString();
const request = (more: { notBefore?: string; channels?: Channel[] } = {}) => ({
  ...ids,
  title: 'Report',
  body: 'It is ready.',
  urgency: 'normal' as const,
  channels: ['email' as const],
  ...more,
});
const requested = (more = {}): NotificationEvent => ({ type: 'NotificationRequested', data: request(more) });
const channel = 'email';
const started = (attempt: number, minutes: number): NotificationEvent => ({
  type: 'NotificationSendingStarted',
  data: { ...ids, channel, attempt, at: at(minutes) },
});
const sent: NotificationEvent = { type: 'NotificationSent', data: { ...ids, channel } };
const start = (minutes: number): NotificationCommand => ({
  type: 'StartSending',
  notificationId: 'n',
  channel,
  at: at(minutes),
});
const notSent = (attempt: number, final = false): NotificationCommand => ({
  type: 'RecordNotSent',
  notificationId: 'n',
  channel,
  attempt,
  at: at(1),
  reason: 'away',
  message: 'No answer.',
  final,
});
const types = (events: readonly NotificationEvent[]) => events.map(({ type }) => type);

test('a notification is asked for once', () => {
  const command: NotificationCommand = { type: 'RequestNotification', ...request() };
  expect(given().when(command)).toEqual([requested()]);
  expect(given().whenRepeated(command)).toEqual([]);
});

test('what nobody could send for a day is no news any more, though nothing put it off', () => {
  const [failed] = given(requested({ requestedAt: at(0) })).when(start(25 * 60));
  expect(failed).toMatchObject({ type: 'NotificationFailed', data: { reason: 'too-late' } });
});

describe('at most once', () => {
  test('that a sending begins is written before anything leaves, and by one alone', () => {
    expect(given(requested()).when(start(0))).toEqual([started(1, 0)]);
    expect(given(requested(), started(1, 0)).when(start(1))).toEqual([]);
  });
  test('what was sent is not sent again', () => {
    const command: NotificationCommand = { type: 'RecordSent', notificationId: 'n', channel, attempt: 1 };
    expect(given(requested(), started(1, 0)).when(command)).toEqual([sent]);
    expect(given(requested(), started(1, 0), sent).when(start(60))).toEqual([]);
  });
  test('a sending without an end may have arrived: it is not repeated, and said to have failed', () => {
    const [failed] = given(requested(), started(1, 0)).when(start(11));
    expect(failed).toMatchObject({ type: 'NotificationFailed', data: { reason: 'outcome-unknown' } });
  });
  test('the word of an attempt that is over changes nothing', () => {
    const putOff = given(requested(), started(1, 0)).when(notSent(1));
    expect(given(requested(), started(1, 0), ...putOff, started(2, 9)).when(notSent(1))).toEqual([]);
  });
});

describe('again', () => {
  test('only what certainly reached nobody is tried again, after a pause', () => {
    const putOff = given(requested(), started(1, 0)).when(notSent(1));
    expect(putOff).toMatchObject([
      { type: 'NotificationPutOff', data: { nextAt: '2026-01-01T10:01:05.000Z' } },
    ]);
    expect(given(requested(), started(1, 0), ...putOff).when(start(1))).toEqual([]);
    expect(given(requested(), started(1, 0), ...putOff).when(start(2))).toEqual([started(2, 2)]);
  });
  test('not for ever, and not where it would come to the same', () => {
    expect(types(given(requested(), started(6, 0)).when(notSent(6)))).toEqual(['NotificationFailed']);
    expect(types(given(requested(), started(1, 0)).when(notSent(1, true)))).toEqual(['NotificationFailed']);
  });
});

describe('in time', () => {
  const quiet = requested({ notBefore: at(30) });
  test('not before quiet hours end', () => {
    expect(given(quiet).when(start(29))).toEqual([]);
    expect(given(quiet).when(start(30))).toEqual([started(1, 30)]);
  });
  test('nor a day later, nor to somebody who has read it', () => {
    expect(given(quiet).when(start(30 + 24 * 60 + 1))).toMatchObject([{ data: { reason: 'too-late' } }]);
    const read: NotificationEvent = { type: 'NotificationRead', data: ids };
    expect(given(quiet, read).when(start(31))).toEqual([]);
  });
  test('nor on a way nobody asked for', () => {
    expect(given(requested({ channels: [] })).when(start(0))).toEqual([]);
  });
});

test('a notification is read once, by whom it is for', () => {
  const read = (userId: string): NotificationCommand => ({
    type: 'ReadNotification',
    notificationId: 'n',
    userId,
  });
  expect(types(given(requested()).when(read('ada')))).toEqual(['NotificationRead']);
  expect(given(requested()).whenRepeated(read('ada'))).toEqual([]);
  expect(() => given(requested()).when(read('ben'))).toThrow('You have no notification n.');
  expect(() => given().when(read('ada'))).toThrow('You have no notification n.');
});
