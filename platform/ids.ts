import { v5, v7 } from 'uuid';

/** Casefold's own namespace for name-based ids (RFC 9562, version 5). */
const namespace = '6d5f6f5e-9f8b-5c39-8a53-9b6d0e0f6c11';

/** The same parts always give the same id; different parts never do (a NUL joins them). */
export const derivedId = (...parts: readonly string[]): string => v5(parts.join('\0'), namespace);

/** A new id that sorts by time of making. */
export const newId = (): string => v7();

/** A document is its bytes in its case, so the same bytes uploaded twice meet the same stream. */
export const documentIdOf = (caseId: string, sha256: string): string => derivedId('document', caseId, sha256);

/** An entity of a case is its kind and its name, without regard to letter case and spacing. */
export const entityIdOf = (caseId: string, kind: string, name: string): string =>
  derivedId('entity', caseId, kind, name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim());
