import { isSymbol, isWord, tokenize } from './cypher/tokens.ts';
import { ladybugVersion, type Rows } from './graph-database.ts';

/** How the engine names itself: the driver wants a Neo4j version first; what follows tells the two apart. */
export const serverAgent = `Neo4j/5.26.0 (Casefold; LadybugDB/${ladybugVersion})`;

/** Answers `CALL dbms.components()`, which tools ask to learn what they talk to; undefined for any other statement. */
export function answerProcedure(text: string): Rows | undefined {
  // Nearly every statement leaves here, before any work.
  if (!/^\s*call\s/i.test(text)) return undefined;
  const [call, dbms, dot, components] = tokenize(text);
  if (!isWord(call, 'CALL') || !isWord(dbms, 'DBMS') || !isSymbol(dot, '.')) return undefined;
  if (!isWord(components, 'COMPONENTS')) return undefined;
  return {
    columns: ['name', 'versions', 'edition'],
    count: 1,
    row: () => ['LadybugDB', [ladybugVersion], 'embedded'],
  };
}
