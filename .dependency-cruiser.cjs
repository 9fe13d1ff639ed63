/**
 * The import rules: which folder may know which. Data flows one way, and these keep the code that way too.
 * Composition roots (`main.ts` of a role, and `cli/`) are the only places that choose engines.
 */
const code = '^(domain|platform|engines|commands|projections|read-api|gpu-runner|cli|web|tests)/';
const tests = '\\.test\\.ts$';

/** A rule: files under `from` may import, of Casefold's own folders, only `allowed`. */
const only = (from, allowed, extra = {}) => ({
  name: `${from}-imports`,
  severity: 'error',
  from: { path: `^${from}/`, pathNot: [tests, `^${from}/main\\.ts$`, ...(extra.fromNot ?? [])] },
  to: { path: code, pathNot: [`^${from}/`, ...allowed] },
});

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      comment: 'an import of types alone is gone when the code runs, and makes no circle',
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'domain/ imports zod and xstate only: no node:*, no clock, no randomness',
      from: { path: '^domain/', pathNot: tests },
      to: { pathNot: ['^domain/', 'node_modules/(zod|xstate)/'] },
    },
    only('platform', ['^domain/(event|decider|plain-text|document/structure)\\.ts$']),
    only('engines', ['^platform/', '^domain/event\\.ts$']),
    only('commands', ['^domain/', '^platform/']),
    only(
      'projections',
      [
        '^domain/[^/]+/(events|lifecycle)\\.ts$',
        // What people decide about projections is theirs to obey.
        '^domain/projection/',
        '^domain/(event|plain-text)\\.ts$',
        '^platform/',
      ],
      { fromNot: ['^projections/read-model-specification\\.ts$'] },
    ),
    only('read-api', [
      '^projections/[^/]+/(table|graph|keys)\\.ts$',
      '^projections/runner/status\\.ts$',
      '^projections/runner/graph/control-schema\\.ts$',
      '^domain/',
      '^platform/',
    ]),
    only('gpu-runner', [
      '^domain/',
      '^platform/',
      '^projections/(projection|entries|read-model)\\.ts$',
      '^projections/runner/',
      '^projections/[^/]+/(table|graph|keys)\\.ts$',
    ]),
    only('web', [
      '^domain/',
      '^platform/http/problem-details\\.ts$',
      '^read-api/(app|contract)[^/]*\\.ts$',
      '^commands/(app|contract)[^/]*\\.ts$',
    ]),
    {
      name: 'engines-only-from-composition-roots',
      severity: 'error',
      from: { path: code, pathNot: ['^engines/', '^cli/', '/main\\.ts$', '^tests/', tests] },
      to: { path: '^engines/' },
    },
    {
      name: 'not-to-dev-dep',
      severity: 'error',
      from: {
        path: '^(domain|platform|engines|commands|projections|read-api|gpu-runner|cli)/',
        pathNot: tests,
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['\\$types', '^web/build', '^web/\\.svelte-kit'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.server.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
