import { expect, test } from 'vitest';
import { readConfig } from '#platform/config';
import { createLogger } from '#platform/log';
import { createTracer, noTracer } from '#platform/telemetry';

const settings = (environment: Record<string, string>) => readConfig({}, environment).telemetry;
const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };

test('nothing is traced unless a collector is named', async () => {
  expect(settings({ OTEL_SERVICE_NAME: 'x' })).toBeUndefined();
  expect(await createTracer(undefined, [], createLogger('test', 'silent'))).toBe(noTracer);
});

test('the settings are those of OpenTelemetry', () => {
  expect(settings(endpoint)).toEqual({
    endpoint: 'http://collector:4318',
    headers: {},
    serviceName: 'casefold',
    sampleRatio: 1,
  });
  expect(settings({ ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b, y=1=2' })?.headers).toEqual({
    'x-key': 'a b',
    y: '1=2',
  });
  const ratio = (OTEL_TRACES_SAMPLER: string) =>
    settings({ ...endpoint, OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG: '0.1' })?.sampleRatio;
  expect(['always_on', 'always_off', 'traceidratio', 'parentbased_traceidratio'].map(ratio)).toEqual([
    1, 0, 0.1, 0.1,
  ]);
});

test.each([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'no pairs'],
  ['OTEL_TRACES_SAMPLER', 'sometimes'],
  ['OTEL_TRACES_SAMPLER_ARG', '2'],
])('a wrong %s is named', (name, value) => {
  expect(() => settings({ ...endpoint, [name]: value })).toThrow(name);
});
