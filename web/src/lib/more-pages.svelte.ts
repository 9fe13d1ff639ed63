import { untrack } from 'svelte';

export type Page<Item> = { readonly items: readonly Item[]; readonly next?: string | undefined };

/**
 * The pages of a list after the first. The first comes from the page's load function; when that is loaded anew, the
 * further ones follow, so that what a person has unfolded stays unfolded and fresh.
 */
export class MorePages<Item> {
  busy = $state(false);
  #first: Page<Item> = $state.raw({ items: [] });
  #more: readonly Page<Item>[] = $state.raw([]);
  #list = '';
  readonly #fetchPage: (cursor: string) => Promise<Page<Item>>;
  readonly #key: (item: Item) => string;

  constructor(fetchPage: (cursor: string) => Promise<Page<Item>>, key: (item: Item) => string) {
    this.#fetchPage = fetchPage;
    this.#key = key;
  }

  /** All items once, also while a list is moving under the pages. */
  readonly items: readonly Item[] = $derived([
    ...new Map(
      [this.#first, ...this.#more].flatMap((page) => page.items).map((item) => [this.#key(item), item]),
    ).values(),
  ]);
  readonly next = $derived((this.#more.at(-1) ?? this.#first).next);

  /**
   * Takes a new first page.
   *
   * @param list names what the list is of; another name drops the further pages
   */
  start(first: Page<Item>, list: string): void {
    const same = list === this.#list;
    this.#list = list;
    this.#first = first;
    const count = untrack(() => this.#more.length);
    if (!same) this.#more = [];
    else if (count > 0) void this.#refetch(first, count, list);
  }

  async load(): Promise<void> {
    const cursor = this.next;
    if (!cursor || this.busy) return;
    const list = this.#list;
    this.busy = true;
    try {
      const page = await this.#fetchPage(cursor);
      if (list === this.#list) this.#more = [...this.#more, page];
    } finally {
      this.busy = false;
    }
  }

  async #refetch(first: Page<Item>, count: number, list: string): Promise<void> {
    const pages: Page<Item>[] = [];
    let cursor = first.next;
    try {
      while (pages.length < count && cursor) {
        const page = await this.#fetchPage(cursor);
        pages.push(page);
        cursor = page.next;
      }
    } catch {
      return; // The older pages stay; the next change tries again.
    }
    if (list === this.#list && first === this.#first) this.#more = pages;
  }
}
