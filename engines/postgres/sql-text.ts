/**
 * What a statement's text says about the session around it. Nothing here understands SQL beyond finding where words,
 * strings and comments begin and end ("Lexical Structure" in PostgreSQL's manual).
 */
export type SessionEffects = {
  /** Statements that will read rows from the client (`COPY … FROM STDIN`): `binary` is the format asked for. */
  readonly copies: readonly { binary: boolean }[];
  /** LISTEN and UNLISTEN in order; the channel `*` with UNLISTEN means all. */
  readonly channels: readonly { kind: 'LISTEN' | 'UNLISTEN'; channel: string }[];
  /** `set_config` is called, which changes settings without a SET. */
  readonly setsConfig: boolean;
};

/** `WITH (FORMAT binary)` or the older `WITH BINARY`. Tells the client the format only; PostgreSQL reads its own words. */
const BINARY_COPY = /\b(format\s+'?binary|with\s+binary|copy\s+binary)\b/i;

export const NO_EFFECTS: SessionEffects = { copies: [], channels: [], setsConfig: false };

/** Finds the effects of one or more statements. Texts without such words, nearly all, cost one regular expression. */
export function sessionEffects(sql: string): SessionEffects {
  if (!/\b(copy|(un)?listen|set_config)\b/i.test(sql)) return NO_EFFECTS;
  const copies: { binary: boolean }[] = [];
  const channels: { kind: 'LISTEN' | 'UNLISTEN'; channel: string }[] = [];
  for (const words of statements(sql)) {
    const [verb, name] = words;
    if (verb === 'copy' && words.some((word, at) => word === 'from' && words[at + 1] === 'stdin'))
      copies.push({ binary: BINARY_COPY.test(sql) });
    if ((verb === 'listen' || verb === 'unlisten') && name !== undefined)
      channels.push({
        kind: verb === 'listen' ? 'LISTEN' : 'UNLISTEN',
        channel: name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name,
      });
  }
  return { copies, channels, setsConfig: /\bset_config\b/i.test(sql) };
}

const TOKEN = new RegExp(
  [
    String.raw`--[^\n]*`,
    String.raw`\/\*`,
    String.raw`\$(?<tag>[\p{L}_][\p{L}\p{N}_]*)?\$[\s\S]*?\$\k<tag>\$`,
    String.raw`[eE]'(?:[^'\\]|\\[\s\S]|'')*'`,
    `'(?:[^']|'')*'`,
    `"(?:[^"]|"")*"`,
    String.raw`[\p{L}_][\p{L}\p{N}_$]*`,
    String.raw`[\s\S]`,
  ].join('|'),
  'gu',
);

/** The words of each statement outside parentheses: unquoted ones in lower case, as PostgreSQL folds them; quoted ones as written. */
function* statements(sql: string): Generator<string[]> {
  let words: string[] = [];
  let depth = 0;
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(sql); found; found = TOKEN.exec(sql)) {
    const [token] = found;
    if (token === '/*') TOKEN.lastIndex = endOfComment(sql, TOKEN.lastIndex);
    else if (token === ';') {
      yield words;
      words = [];
    } else if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else if (depth === 0 && /^(?:"|[\p{L}_](?!')|\*$)/u.test(token)) {
      words.push(token.startsWith('"') ? token : token.toLowerCase());
    }
  }
  yield words;
}

/** Block comments nest in PostgreSQL, which a regular expression cannot follow. */
function endOfComment(sql: string, from: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = from;
  for (let depth = 1; depth > 0; ) {
    const found = mark.exec(sql);
    if (!found) return sql.length;
    depth += found[0] === '/*' ? 1 : -1;
  }
  return mark.lastIndex;
}
