export type Token = {
  readonly kind: 'word' | 'quoted' | 'parameter' | 'string' | 'number' | 'symbol';
  /** As written; of a parameter or a quoted name, the bare name. */
  readonly text: string;
  /** Where it lies in the statement: first character, and the one after the last. */
  readonly start: number;
  readonly end: number;
};

/** Comments and space match too, as the one alternative without a name, and are dropped. */
const pattern =
  /(?<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?<quoted>`(?:[^`]|``)*`)|\$(?<parameter>\w+|`[^`]+`)|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<number>\d[\d.]*(?:[eE][+-]?\d+)?)|\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?<symbol>[\s\S])/gu;

/**
 * Cuts a Cypher statement into its words. Just enough to see keywords, parameters and function names without mistaking
 * text inside quotes or comments for them; whether the statement is valid is for LadybugDB to say.
 */
export function tokenize(statement: string): Token[] {
  const tokens: Token[] = [];
  for (const match of statement.matchAll(pattern)) {
    const { index: start, groups = {} } = match;
    const end = start + match[0].length;
    const { string, quoted, parameter, word, number, symbol } = groups;
    if (string !== undefined) tokens.push({ kind: 'string', text: string, start, end });
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted.slice(1, -1), start, end });
    else if (parameter !== undefined) {
      tokens.push({ kind: 'parameter', text: parameter.replaceAll('`', ''), start, end });
    } else if (word !== undefined) tokens.push({ kind: 'word', text: word, start, end });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, start, end });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol, start, end });
  }
  return tokens;
}

/** Whether the token is this word (in any case), unquoted. */
export function isWord(token: Token | undefined, ...words: string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text.toUpperCase());
}

export function isSymbol(token: Token | undefined, symbol: string): boolean {
  return token?.kind === 'symbol' && token.text === symbol;
}
