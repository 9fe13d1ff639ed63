import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

export type TestFile = { readonly name: string; readonly mimeType: string; readonly buffer: Buffer };

const samples = fileURLToPath(new URL('../../samples/demo-case/', import.meta.url));

/** A document of the demo case. */
export async function sample(name: string): Promise<TestFile> {
  const mimeType = name.endsWith('.pdf') ? 'application/pdf' : 'text/plain';
  return { name, mimeType, buffer: await readFile(samples + name) };
}

/** Waits until the page answers to clicks and keys: what the server rendered can be seen before. */
export async function ready(page: Page): Promise<void> {
  await page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
}

/** Opens an address and waits until the page answers. */
export async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await ready(page);
}

/** A row of the list of uploads. */
export const upload = (page: Page, name: string) => page.locator(`[data-upload="${name}"]`);

/** Chooses files with the button of the documents page. */
export async function chooseFiles(page: Page, files: readonly TestFile[]): Promise<void> {
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Add documents' }).click();
  await (await choosing).setFiles([...files]);
}

/** Drops a file on the page, as a drag from the desktop does. */
export async function dropFile(page: Page, { name, mimeType, buffer }: TestFile): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([fileName, type, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], fileName, { type }));
      return transfer;
    },
    [name, mimeType, buffer.toString('base64')] as const,
  );
  await page.dispatchEvent('main', 'dragenter', { dataTransfer });
  await page.getByText(/^Drop to add to/).waitFor();
  await page.dispatchEvent('main', 'drop', { dataTransfer });
}

/** Notes every text an element shows from now on; what passes quickly is seen too. */
export async function noteTexts(page: Page, selector: string): Promise<() => Promise<readonly string[]>> {
  const notes = await page.evaluateHandle((watched) => {
    const texts: string[] = [];
    const note = () => {
      for (const element of document.querySelectorAll(watched)) texts.push(element.textContent ?? '');
    };
    new MutationObserver(note).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    return texts;
  }, selector);
  return () => notes.jsonValue();
}

/** The texts under a name of `::highlight()`, and whether the first of them can be seen. */
export function highlighted(page: Page, name: string): Promise<{ texts: string[]; seen: boolean }> {
  return page.evaluate((highlight) => {
    const ranges = [...(CSS.highlights.get(highlight) ?? [])].filter((range) => range instanceof Range);
    const box = document.querySelector('[data-text-view]')?.getBoundingClientRect();
    const first = ranges[0]?.getBoundingClientRect();
    return {
      texts: ranges.map((range) => range.toString()),
      seen: Boolean(box && first && first.top >= box.top && first.top < box.bottom),
    };
  }, name);
}

/** How much of the first page of the PDF is ink, in [0, 1]. */
export function inkOnFirstPage(page: Page): Promise<number> {
  return page
    .locator('.pdfViewer canvas')
    .first()
    .evaluate((canvas) => {
      if (!(canvas instanceof HTMLCanvasElement)) return 0;
      const { width, height } = canvas;
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
      let dark = 0;
      for (let at = 0; at < pixels.length; at += 4)
        if ((pixels[at] ?? 255) < 128 && pixels[at + 3] === 255) dark++;
      return dark / (width * height);
    });
}

/** Whether an element's top is inside the window. */
export const isSeen = (element: Element) => {
  const { top } = element.getBoundingClientRect();
  return top >= 0 && top < window.innerHeight;
};

/** How many pixels the page is wider than its window. */
export const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
