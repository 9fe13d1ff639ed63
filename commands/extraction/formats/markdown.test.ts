import { describe, expect, it } from 'vitest';
import { read } from '../testing/read.ts';

describe('Markdown', () => {
  it('stays as it is, its headings become sections, fenced code does not', async () => {
    const source =
      '# The *case*\n\ntext\n\n```sh\n# no heading\n```\n\nFacts\n-----\n\n## Two [links](x) ##\n\n- item\n---\n#hash\n';
    const { text, title, sections, mediaType } = await read(source, 'a.md');
    expect(text).toBe(source);
    expect(mediaType).toBe('text/markdown');
    expect(title).toBe('The case');
    expect(sections.map(({ title, level }) => [level, title])).toEqual([
      [1, 'The case'],
      [2, 'Facts'],
      [2, 'Two links'],
    ]);
    expect(text.slice(sections[1]?.start, sections[1]?.end)).toBe('Facts\n-----\n\n');
  });
});
