import {
  abandonedAfterMs,
  dueAt,
  type NotificationCommand,
  type NotificationState,
  notificationDecider,
  notificationStream,
} from '#domain/notification/decider';
import type { Channel, NotificationEvent } from '#domain/notification/events';
import { type UserState, userDecider, userStream } from '#domain/user/decider';
import type { Preferences, UserEvent } from '#domain/user/events';
import type { EventStore } from '#platform/event-store';
import { foldStream, type Handled, handleCommand } from '#platform/handle-command';
import { derivedId, newId } from '#platform/ids';
import { NotSentError, type OutgoingMessage, type Sender } from './sender.ts';

/** The ways out of Casefold that are set up; a toast needs none. */
export type Senders = Readonly<Partial<Record<Exclude<Channel, 'toast'>, Sender>>>;

export type DeliveryPorts = {
  readonly store: EventStore;
  readonly senders: Senders;
  /** Where people reach Casefold, for links; without it there are none. */
  readonly origin: string | undefined;
};

/** One notification on one way, and what its events say they follow from. */
export type Due = {
  readonly notificationId: string;
  readonly channel: Channel;
  readonly correlationId: string;
  readonly causationId: string;
  readonly caseId?: string;
};

const now = () => new Date().toISOString();

/**
 * Delivers one notification on one way, if it is due and nobody else does: writes that it begins, sends, and writes how it
 * ended. Nothing leaves before the beginning is written.
 *
 * @returns when to look again, milliseconds since 1970, if by this clock it is too early and nothing was done
 */
export async function deliver(
  { store, senders, origin }: DeliveryPorts,
  due: Due,
): Promise<number | undefined> {
  const { notificationId, channel, ...follows } = due;
  const stream = notificationStream(notificationId);
  const handle = (command: NotificationCommand): Promise<Handled<NotificationState>> =>
    handleCommand(store, notificationDecider, stream, command, {
      ...follows,
      commandId: newId(),
      actor: { kind: 'system', id: 'notifications' },
      occurredAt: now(),
    });

  if (channel === 'toast') {
    // The event itself is what the person's pages hear.
    await handle({ type: 'RecordSent', notificationId, channel, attempt: 0 });
    return undefined;
  }
  // Read before anything is begun: if the log is away here, nothing was sent and nothing says so.
  const before = await foldStream<NotificationState, NotificationEvent>(store, notificationDecider, stream);
  if (!before.requested) return undefined;
  const { preferences } = await foldStream<UserState, UserEvent>(
    store,
    userDecider,
    userStream(before.requested.userId),
  );
  const { state, written, repeated } = await handle({
    type: 'StartSending',
    notificationId,
    channel,
    at: now(),
  });
  if (written === 0 && !repeated) return lookAgainAt(state, channel);
  const delivery = state.deliveries.get(channel);
  if (delivery?.state !== 'sending' || !state.requested) return undefined;
  const { attempt } = delivery;
  const { title, body, link } = state.requested;
  try {
    const message: OutgoingMessage = {
      messageId: derivedId('message', notificationId, channel),
      to: addressIn(preferences, channel),
      title,
      body,
      ...(origin && link && { url: origin + link }),
    };
    await senderOf(senders, channel).send(message);
  } catch (error) {
    await handle({
      type: 'RecordNotSent',
      notificationId,
      channel,
      attempt,
      at: now(),
      ...outcomeOf(error),
    });
    return undefined;
  }
  await handle({ type: 'RecordSent', notificationId, channel, attempt });
  return undefined;
}

/** When what has not ended may go on: a delivery when it is due, an attempt without an end when it counts as abandoned. */
function lookAgainAt(state: NotificationState, channel: Channel): number | undefined {
  const delivery = state.deliveries.get(channel);
  if (!delivery || delivery.state === 'done' || state.read) return undefined;
  const due = dueAt(state, delivery);
  if (due === undefined) return undefined;
  return Date.parse(due) + (delivery.state === 'sending' ? abandonedAfterMs : 0);
}

function senderOf(senders: Senders, channel: Exclude<Channel, 'toast'>): Sender {
  const sender = senders[channel];
  if (sender) return sender;
  const settings = channel === 'email' ? 'SMTP_URL and MAIL_FROM' : 'TWILIO_ACCOUNT_SID and its like';
  throw new NotSentError('not-set-up', `This Casefold cannot send it: ${settings} are not set.`, {
    final: true,
  });
}

function addressIn({ email, phone }: Preferences, channel: Exclude<Channel, 'toast'>): string {
  const address = channel === 'email' ? email : phone;
  if (address) return address;
  const missing = channel === 'email' ? 'an e-mail address' : 'a telephone number';
  throw new NotSentError('no-address', `There is no way to send it: the settings have not ${missing}.`, {
    final: true,
  });
}

function outcomeOf(error: unknown): { reason: string; message: string; final: boolean } {
  if (error instanceof NotSentError) {
    const { reason, message, final } = error;
    return { reason, message, final };
  }
  const said = error instanceof Error ? error.message : String(error);
  return {
    reason: 'outcome-unknown',
    message: `It may have arrived, so it is not sent again: ${said}`,
    final: true,
  };
}
