/** A LadybugDB data type, as it names the columns of a result and the properties of a table. */
export type ColumnType =
  | { readonly kind: 'scalar'; readonly name: string }
  | { readonly kind: 'list'; readonly element: ColumnType }
  | { readonly kind: 'map'; readonly value: ColumnType }
  | { readonly kind: 'struct'; readonly fields: ReadonlyMap<string, ColumnType> };

/** Reads `INT64`, `STRING[]`, `DOUBLE[3]`, `STRUCT(id STRING, n INT64)[]`, `MAP(STRING, INT64)`, `DECIMAL(5, 2)` … */
export function parseColumnType(text: string): ColumnType {
  const source = text.trim();
  const list = /^(.*)\[\d*\]$/s.exec(source);
  if (list?.[1] !== undefined) return { kind: 'list', element: parseColumnType(list[1]) };
  const nested = /^(STRUCT|MAP)\((.*)\)$/s.exec(source);
  const parts = nested?.[2] === undefined ? [] : splitTopLevel(nested[2]);
  if (nested?.[1] === 'MAP') return { kind: 'map', value: parseColumnType(parts[1] ?? '') };
  if (nested?.[1] === 'STRUCT') {
    const fields = new Map<string, ColumnType>();
    for (const part of parts) {
      const space = part.indexOf(' ');
      fields.set(part.slice(0, space), parseColumnType(part.slice(space)));
    }
    return { kind: 'struct', fields };
  }
  return { kind: 'scalar', name: source.replace(/\(.*$/s, '') };
}

/** Splits at the commas that are inside no brackets. */
function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const [at, character] of [...text].entries()) {
    if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  parts.push(text.slice(start).trim());
  return parts;
}
