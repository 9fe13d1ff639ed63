import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';

const fontUrls = import.meta.glob<string>('/node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}', {
  query: '?url&no-inline',
  import: 'default',
  eager: true,
});
const cMapUrls = import.meta.glob<string>('/node_modules/pdfjs-dist/cmaps/*.bcmap', {
  query: '?url&no-inline',
  import: 'default',
  eager: true,
});
const wasmUrls = import.meta.glob<string>('/node_modules/pdfjs-dist/wasm/*.{wasm,js}', {
  query: '?url&no-inline',
  import: 'default',
  eager: true,
});

const folders = {
  standardFontDataUrl: { path: 'standard_fonts', urls: fontUrls },
  cMapUrl: { path: 'cmaps', urls: cMapUrls },
  wasmUrl: { path: 'wasm', urls: wasmUrls },
};

/** Gives PDF.js its fonts, character maps and decoders from the build's own files. */
class BundledData {
  async fetch({ kind, filename }: { kind: keyof typeof folders; filename: string }): Promise<Uint8Array> {
    const { path, urls } = folders[kind];
    const url = urls[`/node_modules/pdfjs-dist/${path}/${filename}`];
    if (!url) throw new Error(`PDF.js asked for ${path}/${filename}, which is not in the build.`);
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  }
}

export type PdfViewer = {
  readonly pages: number;
  goToPage(number: number): void;
  /** Multiplies the scale. */
  zoom(factor: number): void;
  fitWidth(): void;
  destroy(): Promise<void>;
};

/**
 * Shows a PDF: pages are drawn when they come near the window, with a text layer to select from.
 *
 * @param container scrolls; its first child holds the pages
 * @returns the viewer, when it knows its pages
 * @throws when the file cannot be fetched or is no PDF
 */
export async function openPdf(
  url: string,
  container: HTMLDivElement,
  changed: (state: { page: number; scale: number }) => void,
): Promise<PdfViewer> {
  const pdfjs = await import('pdfjs-dist');
  pdfjs.GlobalWorkerOptions.workerSrc = workerUrl;
  // The viewer component takes the library from the global scope.
  Object.assign(globalThis, { pdfjsLib: pdfjs });
  const { EventBus, LinkTarget, PDFLinkService, PDFViewer } = await import('pdfjs-dist/web/pdf_viewer.mjs');
  const task = pdfjs.getDocument({
    url,
    BinaryDataFactory: BundledData,
    cMapUrl: 'cmaps/',
    standardFontDataUrl: 'standard_fonts/',
    wasmUrl: 'wasm/',
    useWorkerFetch: false,
    enableXfa: false,
  });
  const pdf = await task.promise;
  const eventBus = new EventBus();
  const linkService = new PDFLinkService({
    eventBus,
    externalLinkTarget: LinkTarget.BLANK,
    externalLinkRel: 'noopener noreferrer nofollow',
  });
  const viewer = new PDFViewer({ container, eventBus, linkService });
  linkService.setViewer(viewer);
  const tell = () => changed({ page: viewer.currentPageNumber, scale: viewer.currentScale });
  const laidOut = Promise.withResolvers<void>();
  eventBus.on('pagesinit', laidOut.resolve);
  viewer.setDocument(pdf);
  linkService.setDocument(pdf);
  viewer.firstPagePromise.catch(laidOut.reject);
  await laidOut.promise;
  eventBus.on('pagechanging', tell);
  eventBus.on('scalechanging', tell);
  // The person may have gone on meanwhile: a page that is not there cannot be scrolled.
  if (container.isConnected) {
    viewer.currentScaleValue = 'page-width';
    container.scrollTo(0, 0);
  }
  return {
    pages: pdf.numPages,
    goToPage: (number) => {
      viewer.currentPageNumber = Math.min(Math.max(1, number), pdf.numPages);
    },
    zoom: (factor) => {
      viewer.currentScale = Math.min(5, Math.max(0.25, viewer.currentScale * factor));
    },
    fitWidth: () => {
      viewer.currentScaleValue = 'page-width';
    },
    destroy: async () => {
      // Torn down while pages are still coming in, the viewer would report an error for each.
      await viewer.pagesPromise;
      viewer.cleanup();
      await task.destroy();
    },
  };
}
