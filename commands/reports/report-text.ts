import type { DocumentStructure } from '#domain/document/structure';
import type { ReportSection } from '#domain/report/events';

/**
 * A report's words as a text with its passages, one for each statement, so that it is found as a document is: by the
 * statement, with the section it stands in.
 */
export function reportText(
  title: string,
  sections: readonly ReportSection[],
): { readonly text: string; readonly structure: DocumentStructure } {
  let text = `${title}\n`;
  const structure: DocumentStructure = { pages: [], sections: [], passages: [] };
  for (const { heading, claims } of sections) {
    const start = text.length + 1;
    text += `\n${heading}\n`;
    for (const claim of claims) {
      text += '\n';
      const words = claim.title ? `${claim.title}\n${claim.text}` : claim.text;
      const index = structure.passages.length;
      structure.passages.push({
        index,
        start: text.length,
        end: text.length + words.length,
        section: heading,
      });
      text += `${words}\n`;
    }
    structure.sections.push({ title: heading, level: 1, start, end: text.length });
  }
  return { text, structure };
}
