import type { Context } from 'hono';
import type { RecordedEvent } from '#domain/event';
import type { CommandContext } from '#platform/handle-command';
import type { ActorEnv } from '#platform/http/actor';
import { Problem } from '#platform/http/problem';
import { derivedId, newId } from '#platform/ids';

/**
 * The context of a command that came over HTTP. With an `Idempotency-Key` the same request always is the same command,
 * so sending it twice does it once; without one every request is a command of its own.
 *
 * @throws {Problem} 422 for a key that is empty or over 200 characters
 */
export function contextOfRequest(c: Context<ActorEnv>): CommandContext {
  const known = c.get('command');
  if (known) return known;
  const actor = c.get('actor');
  const key = c.req.header('idempotency-key');
  if (key !== undefined && (key.length === 0 || key.length > 200)) {
    throw new Problem(422, 'invalid-idempotency-key', 'The Idempotency-Key must have 1 to 200 characters');
  }
  const commandId = key ? derivedId('command', actor.id, c.req.method, c.req.path, key) : newId();
  const context = { commandId, actor, correlationId: commandId, causationId: commandId, occurredAt: now() };
  c.set('command', context);
  return context;
}

/**
 * The context of what a reactor does about an event: the same event always leads to the same command, so a second
 * delivery changes nothing.
 *
 * @param part tells apart several commands that follow from one event
 */
export function contextOfReaction(
  reactor: string,
  event: RecordedEvent,
  part = '',
): Omit<CommandContext, 'actor'> {
  const { correlationId, caseId } = event.metadata;
  return {
    commandId: derivedId('reaction', reactor, event.id, part),
    correlationId,
    causationId: event.id,
    occurredAt: now(),
    ...(caseId && { caseId }),
  };
}

const now = () => new Date().toISOString();
