import { describe, expect, it } from 'vitest';
import { read } from '../testing/read.ts';

const page = (body: string, head = '<title>A page | A site</title>') =>
  `<!DOCTYPE html><html lang="en-GB"><head>${head}<style>p{}</style></head><body>${body}</body></html>`;

describe('an HTML page', () => {
  it('gives all visible text with its structure, and nothing hidden', async () => {
    const { text, sections, ...rest } = await read(
      page(`<nav>Home</nav><h1>Act<br>One</h1><p>Some   <b>bold</b>\n text.</p><script>no()</script>
        <p hidden>no</p><p style="display: none">no</p><ul><li>a</li><li><p>b</p></li></ul><ol start="3"><li>c</li></ol>
        <table><tr><th>x</th><th>y</th></tr><tr><td><p>1</p></td><td>2</td></tr></table><pre>k\n  l</pre><footer>End</footer>`),
      'a.html',
    );
    expect(text).toBe(
      'Home\n\nAct\nOne\n\nSome bold text.\n\n• a\n• b\n\n3. c\n\nx\ty\n1\t2\n\nk\n  l\n\nEnd',
    );
    expect(sections).toEqual([{ title: 'Act One', level: 1, start: 6, end: text.length }]);
    expect(rest).toMatchObject({ mediaType: 'text/html', language: 'en-GB' });
    expect(rest.title).toMatch(/A page/);
  });

  it('keeps paragraphs apart inside a table that only lays out the page', async () => {
    const { text } = await read(page('<table><tr><td><p>One.</p><p>Two.</p></td></tr></table>'), 'a.html');
    expect(text).toBe('One.\n\nTwo.');
  });

  it('believes the page about its encoding before the statistics', async () => {
    const body = Buffer.concat([
      Buffer.from(page('', '<meta charset="koi8-r">').replace('</body></html>', '<p>')),
      Buffer.from([0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4]),
    ]);
    expect((await read(body, 'a.html')).text).toBe('Привет');
  });

  it('survives deep nesting and broken markup', async () => {
    const deep = page(`${'<div><b>'.repeat(5000)}bottom${'</b></div>'.repeat(5000)}after`);
    expect((await read(deep, 'a.html')).text).toBe('bottom\n\nafter');
    const broken = '<html><body><p>one<table><td>two</p></div><li>three<b></html>';
    expect((await read(broken, 'a.html')).text.replace(/\s+/g, ' ')).toMatch(/one.*two.*three/);
  });
});
