import type { PrintedReport } from './printed-report.ts';

/**
 * A report as Markdown (CommonMark). What documents and models say is escaped: it is shown, and never is a link, a
 * picture, a heading or HTML.
 */
export function renderMarkdown({ title, about, sections, sources, steps }: PrintedReport): string {
  const lines = [`# ${escaped(title)}`, '', ...about.flatMap((line) => [escaped(line), ''])];
  for (const { kind, heading, claims } of sections) {
    lines.push(`## ${escaped(heading)}`, '');
    for (const [index, { title: name, text, sources: numbers }] of claims.entries()) {
      const mark = kind === 'recommendations' ? `${index + 1}.` : '-';
      const rests = numbers.map((number) => `[${number}](#source-${number})`).join(', ');
      lines.push(`${mark} ${name ? `**${escaped(name)}.** ` : ''}${escaped(text)} (${rests})`);
    }
    lines.push('');
  }
  lines.push('## Sources', '');
  for (const [index, source] of sources.entries()) {
    lines.push(`${index + 1}. <a id="source-${index + 1}"></a>${escaped(source)}`);
  }
  lines.push('', '## How this report was written', '', ...steps.map((step) => `- ${escaped(step)}`));
  return `${lines.join('\n')}\n`;
}

/** On one line, with everything escaped that Markdown or HTML would read as more than words. */
const escaped = (text: string) =>
  text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_{}[\]<>#+!|~&]/g, '\\$&')
    .replace(/^([-=]|\d+[.)])/, (mark) => `${mark.slice(0, -1)}\\${mark.slice(-1)}`)
    // A bare address would be made a link by some readers.
    .replace(/:\/\//g, '\\://');
