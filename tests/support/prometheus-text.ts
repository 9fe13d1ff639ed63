export type MetricFamily = {
  readonly type: string;
  readonly help: string;
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
};

const nameRule = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const labelRule = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"';
const sampleLine = new RegExp(
  `^(${nameRule})(?:\\{((?:${labelRule}(?:,${labelRule})*)?)\\})? ([+-]?(?:Inf|\\d[\\d.eE+-]*)|NaN)$`,
  // Numbers are read as Go does, whatever their case; prom-client writes `Nan`.
  'i',
);
const commentLine = new RegExp(`^# (HELP|TYPE) (${nameRule}) (.*)$`);
const oneLabel = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"/g;
const types = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped']);

/**
 * Reads Prometheus' text format 0.0.4, strictly: a family's HELP and TYPE come before its samples, no family comes twice,
 * no series comes twice, the last line ends.
 *
 * @throws {Error} with the line that breaks the format
 */
export function parsePrometheusText(text: string): ReadonlyMap<string, MetricFamily> {
  const families = new Map<
    string,
    { type: string; help: string; samples: MetricFamily['samples'][number][] }
  >();
  const seen = new Set<string>();
  let current: string | undefined;
  if (!text.endsWith('\n')) throw new Error('The last line has no end.');
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, kind, about, rest = ''] = commentLine.exec(line) ?? [];
    if (kind && about) {
      if (kind === 'HELP' && families.has(about)) throw new Error(`A family comes twice: ${line}`);
      const family = families.get(about) ?? { type: '', help: '', samples: [] };
      if (kind === 'TYPE' && (!types.has(rest) || family.samples.length > 0))
        throw new Error(`No such type: ${line}`);
      families.set(about, { ...family, ...(kind === 'HELP' ? { help: rest } : { type: rest }) });
      current = about;
      continue;
    }
    const [, name, labelText = '', value] = sampleLine.exec(line) ?? [];
    if (!name || value === undefined) throw new Error(`Not a line of the format: ${line}`);
    const family = current === undefined ? undefined : families.get(current);
    if (!family?.type || !current || !belongs(name, current, family.type))
      throw new Error(`A sample without its family: ${line}`);
    const labels = Object.fromEntries(
      [...labelText.matchAll(oneLabel)].map(([, label = '', escaped = '']) => [
        label,
        escaped.replace(/\\(.)/g, (_, each: string) => (each === 'n' ? '\n' : each)),
      ]),
    );
    const series = `${name}${JSON.stringify(Object.entries(labels).sort())}`;
    if (seen.has(series)) throw new Error(`A series comes twice: ${line}`);
    seen.add(series);
    family.samples.push({ labels, value: Number(value.replace(/inf/i, 'Infinity')) });
  }
  return families;
}

function belongs(sample: string, family: string, type: string): boolean {
  const suffixes =
    type === 'histogram' ? ['_bucket', '_sum', '_count'] : type === 'summary' ? ['', '_sum', '_count'] : [''];
  return suffixes.some((suffix) => sample === family + suffix);
}
