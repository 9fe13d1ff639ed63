import { type Block, block } from '../blocks.ts';
import { type DomDocument, type DomElement, type DomNode, isElement, isText, parsePage } from '../dom.ts';

const invisible = new Set(
  'SCRIPT STYLE TEMPLATE NOSCRIPT HEAD TITLE META LINK SVG MATH CANVAS IFRAME OBJECT EMBED AUDIO VIDEO MAP DATALIST'.split(
    ' ',
  ),
);
const inline = new Set(
  'A ABBR ACRONYM B BDI BDO BIG CITE CODE DATA DEL DFN EM FONT I INS KBD LABEL MARK Q S SAMP SMALL SPAN STRIKE STRONG SUB SUP TIME TT U VAR WBR IMG BUTTON INPUT NOBR'.split(
    ' ',
  ),
);

/**
 * All visible text of an HTML page as blocks, in document order: headings with their level, list items with their
 * bullet or number, table rows with tabs between the cells, preformatted text as it is. Iterative, so that no depth of
 * nesting can exhaust the stack.
 */
export function htmlBlocks(html: string): {
  document: DomDocument;
  blocks: Block[];
  elements: number;
  depth: number;
} {
  const document = parsePage(html);
  const writer = new BlockWriter();
  const root: DomNode = document.body ?? document.documentElement;
  let node: DomNode = root;
  let elements = 0;
  let depth = 0;
  let deepest = 0;
  while (true) {
    const entered = !(isElement(node) && !writer.enter(node));
    const child = entered ? node.firstChild : null;
    if (isElement(node)) elements++;
    if (child) {
      deepest = Math.max(deepest, ++depth);
      node = child;
      continue;
    }
    if (isText(node)) writer.write(node.nodeValue ?? '');
    // Climb until there is a sibling, leaving each element on the way; a skipped one was never entered.
    let skipped = !entered;
    while (node !== root && !node.nextSibling) {
      if (isElement(node) && !skipped) writer.leave(node);
      skipped = false;
      node = node.parentNode ?? root;
      depth--;
    }
    if (isElement(node) && !skipped) writer.leave(node);
    if (node === root) break;
    node = node.nextSibling ?? root;
  }
  return { document, blocks: writer.finish(), elements, depth: deepest };
}

/** Gathers text into blocks as elements open and close. */
class BlockWriter {
  private readonly blocks: Block[] = [];
  private text = '';
  private level: number | undefined;
  private tight = false;
  private preformatted = 0;
  private cells = 0;
  /** A paragraph in a table cell is over. The block is not: another cell of the row may follow. */
  private ended = false;
  private readonly lists: { ordered: boolean; items: number }[] = [];

  /** @returns false when the element and all in it are invisible */
  enter(element: DomElement): boolean {
    const tag = element.tagName.toUpperCase();
    if (invisible.has(tag) || isHidden(element)) return false;
    if (tag === 'BR') this.text += '\n';
    else if (tag === 'TD' || tag === 'TH') {
      this.ended = false;
      this.cells++;
      if (this.text.trim() !== '') this.text = `${this.text.trimEnd()}\t`;
    } else if (!inline.has(tag) && !this.text.endsWith('\t')) this.flush();
    if (/^H[1-6]$/.test(tag)) this.level = Number(tag[1]);
    else if (tag === 'PRE') this.preformatted++;
    else if (tag === 'UL' || tag === 'OL') {
      const start = Number.parseInt(element.getAttribute('start') ?? '1', 10);
      this.lists.push({ ordered: tag === 'OL', items: (Number.isNaN(start) ? 1 : start) - 1 });
    } else if (tag === 'LI') this.beginItem(element.previousElementSibling !== null);
    else if (tag === 'TR') this.tight = element.previousElementSibling !== null;
    return true;
  }

  leave(element: DomElement): void {
    const tag = element.tagName.toUpperCase();
    if (inline.has(tag) || tag === 'BR') return;
    if (tag === 'TD' || tag === 'TH') {
      this.cells--;
      return;
    }
    if (this.cells > 0 && (tag === 'P' || tag === 'DIV')) this.ended = true;
    else this.flush();
    if (/^H[1-6]$/.test(tag)) this.level = undefined;
    else if (tag === 'LI' || tag === 'TR') this.tight = false;
    else if (tag === 'PRE') this.preformatted--;
    else if (tag === 'UL' || tag === 'OL') this.lists.pop();
  }

  write(raw: string): void {
    if (this.ended && raw.trim() !== '') this.flush();
    if (this.preformatted > 0) {
      this.text += raw;
      return;
    }
    const text = raw.replace(/[ \t\r\n\f]+/g, ' ');
    this.text += this.text === '' || /\s$/.test(this.text) ? text.replace(/^ /, '') : text;
  }

  finish(): Block[] {
    this.flush();
    return this.blocks;
  }

  private beginItem(follows: boolean): void {
    const list = this.lists.at(-1);
    if (list) list.items++;
    this.text = list?.ordered ? `${list.items}. ` : '• ';
    this.tight = follows || this.lists.length > 1;
  }

  private flush(): void {
    const visible = this.text.trim();
    // A bullet whose text stands in an element of its own waits for it.
    if (visible === '•' || (this.lists.length > 0 && /^\d+\.$/.test(visible))) return;
    if (visible !== '') {
      const { level, tight } = this;
      const text = this.preformatted > 0 ? this.text : this.text.replace(/ *\n */g, '\n');
      this.blocks.push(block(text, { ...(level === undefined ? {} : { level }), tight }));
      this.tight = false;
    }
    this.text = '';
    this.ended = false;
  }
}

const isHidden = (element: DomElement): boolean =>
  element.hasAttribute('hidden') ||
  /(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(element.getAttribute('style') ?? '');
