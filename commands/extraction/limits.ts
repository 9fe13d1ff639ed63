const mebibyte = 1024 * 1024;

/**
 * What one document may cost. A document beyond a limit fails alone, with a reason; the others go on.
 */
export type ExtractionLimits = {
  /** Largest file read, bytes. */
  maxBytes: number;
  /** Longest text kept, UTF-16 code units. */
  maxTextLength: number;
  /** Most pages of one document. */
  maxPages: number;
  /** Longest silence, milliseconds: each page or attachment done counts as a sign of life and starts it anew. */
  silenceMs: number;
  /** Longest time altogether, milliseconds, signs of life or not. */
  totalMs: number;
  /** Heap of a worker thread, MiB. WebAssembly and canvas memory lie outside it; `maxPixels` bounds those. */
  heapMb: number;
  /** Largest picture decoded or page rendered, pixels. */
  maxPixels: number;
  /** Sum of what the entries of a zip container unpack to, bytes. */
  maxUnpackedBytes: number;
  /** Entries of a zip container. */
  maxZipEntries: number;
  /** Unpacked to packed size of a zip container. Deflate cannot exceed 1,032; real DOCX stay below 100. */
  maxZipRatio: number;
};

export const defaultLimits: ExtractionLimits = {
  maxBytes: 512 * mebibyte,
  maxTextLength: 128 * mebibyte,
  maxPages: 20_000,
  silenceMs: 120_000,
  totalMs: 60 * 60_000,
  heapMb: 2048,
  maxPixels: 40_000_000,
  maxUnpackedBytes: 512 * mebibyte,
  maxZipEntries: 10_000,
  maxZipRatio: 200,
};
