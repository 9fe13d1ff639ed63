import { styleText } from 'node:util';
import { oneLine } from './words.ts';

export type Column<Row> = {
  readonly title: string;
  text(row: Row): string;
  readonly align?: 'right';
  /** How the cell is shown in a terminal with colours. */
  style?(row: Row): Style | undefined;
};

export type Style = Parameters<typeof styleText>[0];

/** Colours where there is a terminal for them; none where `NO_COLOR` is set or the output is a file. */
export const styled = (style: Style | undefined, text: string): string =>
  style === undefined ? text : styleText(style, text, { stream: process.stdout });

/** The longest line that a table may have. */
export const longestLine = 100;

/**
 * Rows in aligned columns, two spaces between them. Where they would be wider than a line, the widest column is cut.
 *
 * @param below lines that follow a row
 */
export function textTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  below: (row: Row) => readonly string[] = () => [],
): string[] {
  const cells = rows.map((row) => columns.map(({ text }) => oneLine(text(row))));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((line) => line[index]?.length ?? 0)),
  );
  const total = () => widths.reduce((sum, width) => sum + width + 2, -2);
  while (total() > longestLine) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = Math.max(...widths) - 1;
  }
  const padded = (text: string, index: number) => {
    const width = widths[index] ?? 0;
    const cut = oneLine(text, width);
    if (columns[index]?.align === 'right') return cut.padStart(width);
    return index === columns.length - 1 ? cut : cut.padEnd(width);
  };
  const head = columns.map(({ title }, index) => styled('dim', padded(title, index))).join('  ');
  return [
    head,
    ...rows.flatMap((row, line) => [
      columns
        .map(({ style }, index) => styled(style?.(row), padded(cells[line]?.[index] ?? '', index)))
        .join('  '),
      ...below(row),
    ]),
  ];
}
