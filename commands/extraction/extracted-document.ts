/** What extraction makes of one file. Offsets are UTF-16 code units into `text`, as `String.slice` takes them. */
export type ExtractedDocument = {
  /** Detected from the bytes, never taken from the name. */
  mediaType: string;
  /** The whole text: NFC, lines end in \n, no control characters but \n and \t, no lone surrogates. */
  text: string;
  title?: string;
  /** The language the document itself declares (BCP 47), not a guess. */
  language?: string;
  /** The date the document claims for itself, ISO 8601 in UTC. May be absurd (1979); it is evidence either way. */
  claimedDate?: string;
  email?: EmailHeaders;
  /** Empty for formats without pages. Each page's range begins where the one before it ended. */
  pages: ExtractedPage[];
  sections: Section[];
  passages: Passage[];
  attachments: Attachment[];
  /** The program that read the file, e.g. pdfjs-dist 6.5.438. */
  extractor: { name: string; version: string };
  warnings: string[];
};

export type ExtractedPage = {
  number: number;
  start: number;
  end: number;
  /** True when the page was a picture and its words were recognised, so they may be wrong. */
  ocr: boolean;
};

/** A heading and everything under it, up to the next heading of the same or a higher level (1 is the highest). */
export type Section = { title: string; level: number; start: number; end: number };

export type Passage = {
  index: number;
  start: number;
  end: number;
  /** Titles of the sections around its first character, outermost first, joined by ` › `. */
  section?: string;
  /** The page its first character stands on. */
  page?: number;
};

export type Attachment = { fileName: string; mediaType: string; bytes: Uint8Array };

/** RFC 5322 header fields as the message states them; addresses read `Name <local@domain>`. */
export type EmailHeaders = {
  from?: string;
  to: string[];
  cc: string[];
  subject?: string;
  /** The Date field word for word, time zone and all. */
  date?: string;
  messageId?: string;
  inReplyTo?: string;
  references: string[];
};

/** What a format's reader hands back; passages are cut afterwards, the same way for every format. */
export type Draft = Omit<ExtractedDocument, 'passages'>;

export type Progress = { done: number; total: number; unit: 'page' | 'attachment' };
