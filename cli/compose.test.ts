import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ConfigError, readConfig } from '#platform/config';
import { roles } from './roles.ts';

const compose = readFileSync('docker-compose.yml', 'utf8');
const config = ['config', 'config-notifications']
  .map((name) => readFileSync(`platform/${name}.ts`, 'utf8'))
  .join('\n');

/** The settings of ours that the file sets, whatever the service. */
const settings = [
  ...compose.matchAll(
    /^\s+((?:CASEFOLD|NEO4J|EVENTSTORE|DATABASE|REDIS|NATS|OLLAMA|RERANKER|SEARXNG|ARTICLE|OTEL|SMTP|MAIL|TWILIO)_[A-Z_]+):/gm,
  ),
]
  .map(([, name = '']) => name)
  .filter((name) => !['NEO4J_AUTH'].includes(name) && !/^EVENTSTORE_(?!URL)/.test(name));

test('docker-compose.yml sets only what platform/config.ts reads', () => {
  expect(settings.length).toBeGreaterThan(8);
  for (const name of settings) expect(config).toContain(`${name}:`);
});

test('there is a container for each role', () => {
  for (const role of roles) expect(compose).toContain(`['--roles', '${role}']`);
});

test('the addresses in it are what the settings take', () => {
  const value = (name: string) =>
    new RegExp(`^\\s+${name}: (.+)$`, 'm').exec(compose)?.[1]?.replace(/\$\{[^}]+\}/g, 'secret');
  const names = ['EVENTSTORE_URL', 'DATABASE_URL', 'NEO4J_URL', 'REDIS_URL', 'NATS_URL', 'CASEFOLD_API_URL'];
  const read = () => readConfig({}, Object.fromEntries(names.map((name) => [name, value(name)])));
  expect(read).not.toThrow(ConfigError);
  expect(read().databaseUrl).toContain('postgres:5432');
  expect(read().natsUrl).toBe('nats://nats:4222');
});

test('every service says how to tell that it is healthy', () => {
  const services = compose.slice(compose.indexOf('\nservices:'), compose.indexOf('\nvolumes:\n'));
  for (const service of ['edge', 'eventstore', 'postgres', 'neo4j', 'redis', 'nats']) {
    const block = services
      .slice(services.indexOf(`\n  ${service}:`))
      .split(/\n {2}\S/)
      .slice(0, 2)
      .join('');
    expect(block, service).toContain('healthcheck:');
  }
  expect(readFileSync('Dockerfile', 'utf8')).toContain('HEALTHCHECK');
});
