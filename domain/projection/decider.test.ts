import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold, RuleViolation } from '../decider.ts';
import { specificationOf } from '../decider-specification.ts';
import type { Certificate } from './certificate.ts';
import type { ProjectionCommand } from './commands.ts';
import { projectionDecider } from './decider.ts';
import { type ProjectionEvent, projectionEvents } from './events.ts';

const { given } = specificationOf(projectionDecider);
const projection = 'document-list';
const request = {
  projection,
  rebuildId: 'r1',
  purpose: 'rebuild' as const,
  together: 't',
  switch: 'by-hand' as const,
  partitions: 4,
  soakSeconds: 60,
};
const certificateOf = (generation: number): Certificate => ({
  projection,
  generation,
  version: 1,
  codeRevision: 'sha256:0',
  positions: { after: '-1', upTo: '900' },
  eventsInLog: { DocumentUploaded: 2 },
  eventsApplied: { DocumentUploaded: 2 },
  eventsSkipped: {},
  eventsParked: {},
  entries: { documents: 2 },
  digest: 'a'.repeat(64),
  seconds: 1.5,
});
const certificate = certificateOf(2);

const rebuild: ProjectionCommand = { type: 'RequestRebuild', ...request };
const requested: ProjectionEvent = { type: 'ProjectionRebuildRequested', data: request };
const paused: ProjectionEvent = { type: 'ProjectionRebuildPaused', data: { projection, rebuildId: 'r1' } };
const cancelled: ProjectionEvent = {
  type: 'ProjectionRebuildCancelled',
  data: { projection, rebuildId: 'r1' },
};
const certified: ProjectionEvent = {
  type: 'ProjectionRebuildCertified',
  data: { projection, rebuildId: 'r1', certificate },
};
const failed: ProjectionEvent = {
  type: 'ProjectionRebuildFailed',
  data: { projection, rebuildId: 'r1', message: 'The disk is full.' },
};
const switchRequested = (generation: number): ProjectionEvent => ({
  type: 'ProjectionSwitchRequested',
  data: { projection, requestId: 's1', generation },
});
const switched = (from: number, to: number): ProjectionEvent => ({
  type: 'ProjectionSwitched',
  data: { projection, from, to, position: '950' },
});
const verification: ProjectionEvent = {
  type: 'ProjectionRebuildRequested',
  data: { ...request, purpose: 'verify' },
};
const change = (type: 'SwitchProjection' | 'RollBackProjection'): ProjectionCommand => ({
  type,
  projection,
  requestId: 's1',
});
const another: ProjectionCommand = { ...rebuild, rebuildId: 'r2' };

describe('the model that makes it', () => {
  const byAnother: ProjectionEvent = {
    type: 'ProjectionRebuildRequested',
    data: { ...request, model: 'another' },
  };
  test('is the one that was named', () => {
    expect(given().when({ ...rebuild, model: 'another' })).toEqual([byAnother]);
  });
  test('stays with the next rebuild, until another is named or it was rolled back', () => {
    const history = [byAnother, certified, switched(1, 2)] as const;
    expect(given(...history).when(another)).toMatchObject([{ data: { model: 'another' } }]);
    expect(given(...history).when({ ...another, model: 'third' })).toMatchObject([
      { data: { model: 'third' } },
    ]);
    const [again] = given(...history, switched(2, 1)).when(another);
    expect(again?.data).not.toHaveProperty('model');
  });
});

describe('a rebuild', () => {
  test('is asked for once', () => {
    expect(given().when(rebuild)).toEqual([requested]);
    expect(given().whenRepeated(rebuild)).toEqual([]);
  });
  test('waits for the one before: it is at work, or ready to be switched to', () => {
    expect(() => given(requested).when(another)).toThrow(/at work\. Wait/);
    expect(() => given(requested, certified).when(another)).toThrow(/ready to be switched to\. Switch/);
  });
  test.each<[string, ProjectionEvent[]]>([
    ['was cancelled', [requested, cancelled]],
    ['failed', [requested, failed]],
    ['was switched to', [requested, certified, switched(1, 2)]],
    ['only compared', [verification, certified]],
  ])('may follow one that %s', (_, events) => {
    expect(given(...events).when(another)).toMatchObject([{ data: { rebuildId: 'r2' } }]);
  });
  test('splits as the live generation is, unless told otherwise', () => {
    const { partitions: _, ...as } = { ...request, rebuildId: 'r2' };
    const same: ProjectionCommand = { type: 'RequestRebuild', ...as };
    const partitions = (...events: ProjectionEvent[]) =>
      given(...events)
        .when(same)
        .map(({ data }) => 'partitions' in data && data.partitions);
    expect(partitions()).toEqual([1]);
    expect(partitions(requested, certified, switched(1, 2))).toEqual([4]);
    expect(partitions(requested, certified, switched(1, 2), switched(2, 1))).toEqual([1]);
  });
  test('is paused and resumed while it is at work', () => {
    expect(given(requested).when({ type: 'PauseRebuild', projection })).toEqual([paused]);
    expect(given(requested).whenRepeated({ type: 'PauseRebuild', projection })).toEqual([]);
    expect(given(requested, paused).when({ type: 'ResumeRebuild', projection })).toEqual([
      { type: 'ProjectionRebuildResumed', data: { projection, rebuildId: 'r1' } },
    ]);
    expect(() => given(requested, certified).when({ type: 'PauseRebuild', projection })).toThrow(
      /No rebuild/,
    );
  });
  test('is held to a rate, and let go of again', () => {
    const slow = given(requested).when({ type: 'ThrottleRebuild', projection, throttle: 500 });
    expect(slow).toEqual([
      { type: 'ProjectionRebuildThrottled', data: { projection, rebuildId: 'r1', throttle: 500 } },
    ]);
    expect(given(requested, ...slow).when({ type: 'ThrottleRebuild', projection })).toEqual([
      { type: 'ProjectionRebuildThrottled', data: { projection, rebuildId: 'r1' } },
    ]);
  });
  test('is cancelled at work or ready, not when readers see it', () => {
    const cancel: ProjectionCommand = { type: 'CancelRebuild', projection };
    expect(given(requested).when(cancel)).toEqual([cancelled]);
    expect(given(requested, certified).when(cancel)).toEqual([cancelled]);
    expect(() => given(requested, certified, switched(1, 2)).when(cancel)).toThrow(RuleViolation);
  });
  test('takes no certificate and no failure of another, or after its end', () => {
    const certify: ProjectionCommand = {
      type: 'RecordCertificate',
      projection,
      rebuildId: 'r1',
      certificate,
    };
    expect(given(requested).when(certify)).toEqual([certified]);
    expect(given(requested).when({ ...certify, rebuildId: 'r0' })).toEqual([]);
    expect(given(requested, cancelled).when(certify)).toEqual([]);
    const fail: ProjectionCommand = {
      type: 'RecordRebuildFailure',
      projection,
      rebuildId: 'r1',
      message: 'The disk is full.',
    };
    expect(given(requested).when(fail)).toEqual([failed]);
    expect(given(requested, certified).when(fail)).toEqual([]);
  });
});

describe('a switch', () => {
  test('goes to the generation that is ready', () => {
    expect(given(requested, certified).when(change('SwitchProjection'))).toEqual([switchRequested(2)]);
    expect(given(requested, certified).whenRepeated(change('SwitchProjection'))).toEqual([]);
  });
  test('needs one that is ready', () => {
    for (const events of [[], [requested], [requested, failed], [verification, certified]]) {
      expect(() => given(...events).when(change('SwitchProjection'))).toThrow(/Rebuild it first/);
    }
  });
  test('back goes to the one that was live before, and forth again', () => {
    const there = [requested, certified, switched(1, 2)];
    expect(given(...there).when(change('RollBackProjection'))).toEqual([switchRequested(1)]);
    expect(given(...there, switched(2, 1)).when(change('RollBackProjection'))).toEqual([switchRequested(2)]);
    expect(() => given(requested, certified).when(change('RollBackProjection'))).toThrow(/no earlier/);
  });
  test('is recorded once', () => {
    const record: ProjectionCommand = {
      type: 'RecordSwitch',
      projection,
      from: 1,
      to: 2,
      position: '950',
    };
    const before = [requested, certified, switchRequested(2)];
    expect(given(...before).when(record)).toEqual([switched(1, 2)]);
    expect(given(...before).whenRepeated(record)).toEqual([]);
  });
  test('that cannot be made is refused once, and may be asked for again', () => {
    const refuse: ProjectionCommand = {
      type: 'RecordSwitchRefusal',
      projection,
      generation: 1,
      message: 'Generation 1 is gone.',
    };
    const there = [requested, certified, switched(1, 2), switchRequested(1)];
    const refused = given(...there).when(refuse);
    expect(refused).toEqual([
      {
        type: 'ProjectionSwitchRefused',
        data: { projection, generation: 1, message: 'Generation 1 is gone.' },
      },
    ]);
    expect(given(...there).whenRepeated(refuse)).toEqual([]);
    expect(given(...there, ...refused).when(change('RollBackProjection'))).toEqual([switchRequested(1)]);
  });
  test('keeps what was live for as long as that rebuild said, whatever is asked for afterwards', () => {
    const soakSeconds = (...events: ProjectionEvent[]) =>
      fold(projectionDecider, events).switched?.soakSeconds;
    const there = [requested, certified, switched(1, 2)];
    const check: ProjectionEvent = {
      type: 'ProjectionRebuildRequested',
      data: { ...request, rebuildId: 'r2', purpose: 'verify', soakSeconds: 0 },
    };
    expect(soakSeconds(...there)).toBe(60);
    expect(soakSeconds(...there, check)).toBe(60);
    expect(soakSeconds(...there, check, switched(2, 1))).toBe(60);
  });
  test('back is still wanted when a rebuild beside it is cancelled; one to that rebuild is not', () => {
    const there = [requested, certified, switched(1, 2)];
    const next = { ...request, rebuildId: 'r2' };
    const second: ProjectionEvent[] = [
      { type: 'ProjectionRebuildRequested', data: next },
      {
        type: 'ProjectionRebuildCertified',
        data: { projection, rebuildId: 'r2', certificate: certificateOf(3) },
      },
    ];
    const cancel: ProjectionEvent = {
      type: 'ProjectionRebuildCancelled',
      data: { projection, rebuildId: 'r2' },
    };
    const wanted = (generation: number) =>
      fold(projectionDecider, [...there, ...second, switchRequested(generation), cancel]).switchTo;
    expect(wanted(1)).toBe(1);
    expect(wanted(3)).toBeUndefined();
  });
});

describe('a projection', () => {
  test('is paused and resumed, each once', () => {
    const pause: ProjectionCommand = { type: 'PauseProjection', projection };
    const resume: ProjectionCommand = { type: 'ResumeProjection', projection };
    const stopped: ProjectionEvent = { type: 'ProjectionPaused', data: { projection } };
    expect(given().when(pause)).toEqual([stopped]);
    expect(given().when(resume)).toEqual([]);
    expect(given(stopped).when(pause)).toEqual([]);
    expect(given(stopped).when(resume)).toEqual([{ type: 'ProjectionResumed', data: { projection } }]);
  });
  test('tries a parked stream again for each request, and once', () => {
    const retry: ProjectionCommand = { type: 'RetryParkedStream', projection, stream: 's', requestId: 'q1' };
    const asked = given().when(retry);
    expect(asked).toEqual([
      { type: 'ParkedStreamRetryRequested', data: { projection, stream: 's', requestId: 'q1' } },
    ]);
    expect(given().whenRepeated(retry)).toEqual([]);
    expect(given(...asked).when({ ...retry, requestId: 'q2' })).toHaveLength(1);
  });
  test('passes an event over once, with the reason', () => {
    const data = { projection, stream: 's', position: '7', eventId: 'e', reason: 'A test.' };
    const skip: ProjectionCommand = { type: 'SkipParkedEvent', eventType: 'DocumentTagged', ...data };
    expect(given().when(skip)).toEqual([
      { type: 'ParkedEventSkipped', data: { ...data, type: 'DocumentTagged' } },
    ]);
    expect(given().whenRepeated(skip)).toEqual([]);
  });
});

const ids = fc.constantFrom('r1', 'r2', 'r3');
const generations = fc.integer({ min: 1, max: 3 });
const anyCommand: fc.Arbitrary<ProjectionCommand> = fc.oneof(
  fc
    .record({ rebuildId: ids, purpose: fc.constantFrom('rebuild' as const, 'verify' as const) })
    .map((given): ProjectionCommand => ({ ...request, ...given, type: 'RequestRebuild' })),
  fc.constantFrom<ProjectionCommand[]>(
    { type: 'PauseRebuild', projection },
    { type: 'ResumeRebuild', projection },
    { type: 'CancelRebuild', projection },
    { type: 'ThrottleRebuild', projection },
    { type: 'ThrottleRebuild', projection, throttle: 10 },
    { type: 'SwitchProjection', projection, requestId: 'q' },
    { type: 'RollBackProjection', projection, requestId: 'q' },
    { type: 'PauseProjection', projection },
    { type: 'ResumeProjection', projection },
    { type: 'RetryParkedStream', projection, stream: 's', requestId: 'q' },
  ),
  fc.record({ rebuildId: ids, generation: generations }).map(
    ({ rebuildId, generation }): ProjectionCommand => ({
      type: 'RecordCertificate',
      projection,
      rebuildId,
      certificate: certificateOf(generation),
    }),
  ),
  ids.map(
    (rebuildId): ProjectionCommand => ({
      type: 'RecordRebuildFailure',
      projection,
      rebuildId,
      message: 'No.',
    }),
  ),
  fc
    .record({ from: generations, to: generations })
    .map((ends): ProjectionCommand => ({ type: 'RecordSwitch', projection, position: '1', ...ends })),
  generations.map(
    (generation): ProjectionCommand => ({
      type: 'RecordSwitchRefusal',
      projection,
      generation,
      message: 'No.',
    }),
  ),
);

const attempt = (command: ProjectionCommand, events: readonly ProjectionEvent[]) => {
  try {
    return projectionDecider.decide(command, fold(projectionDecider, events));
  } catch (error) {
    if (error instanceof RuleViolation) return [];
    throw error;
  }
};

test('after any history, doing a thing twice in a row changes nothing the second time', () => {
  fc.assert(
    fc.property(fc.array(anyCommand, { maxLength: 15 }), anyCommand, (history, command) => {
      const events: ProjectionEvent[] = [];
      for (const each of history) events.push(...attempt(each, events));
      const once = attempt(command, events);
      for (const { type, data } of once) projectionEvents[type].schema.parse(data);
      expect(attempt(command, [...events, ...once])).toEqual([]);
    }),
  );
});
