import { expect, test } from 'vitest';
import { refuseSettingMatchedRelationship } from './check-merge.ts';
import { tokenize } from './tokens.ts';

const check = (statement: string) => () => refuseSettingMatchedRelationship(tokenize(statement));

test.each([
  'MERGE (a)-[r:R]->(b) ON MATCH SET r.x = 1, r.y = 2',
  'MERGE (a)-[r:R]->(b) ON MATCH SET r.x = 1 ON MATCH SET r.y = 2',
  'MERGE (a)-[r:R {k: 1}]->(b) ON CREATE SET r.x = 1 ON MATCH SET r.x = f(1, r.y), r.y = [1, 2] RETURN r',
  'merge (a)<-[`r`:R]-(b) on match set `r`.x = 1, a.z = 3, r.y = 2',
  'MERGE (a) MERGE (a)-[r:R]->(b) ON MATCH SET r.x = 1, r.x = 2',
])('refused: %s', (statement) => expect(check(statement)).toThrow('relationship "r"'));

test.each([
  'MERGE (a)-[r:R]->(b) SET r.x = 1, r.y = 2',
  'MERGE (a)-[r:R]->(b) ON CREATE SET r.x = 1, r.y = 2 SET r.x = 1, r.y = 2',
  'MERGE (a)-[r:R]->(b) ON MATCH SET r.x = 1 SET r.y = 2, r.x = 3',
  'MERGE (a)-[r:R]->(b) ON MATCH SET r.x = f(r.y, r.x), a.y = 2, a.z = 3',
  'MERGE (r:N {id: 1}) ON MATCH SET r.x = 1, r.y = 2',
  'MERGE (a)-[r:R]->(b) ON MATCH SET r.x = 1 MERGE (c)-[s:R]->(d) ON MATCH SET s.x = 1',
  "MATCH (a) WHERE a.text = 'MERGE (a)-[r:R]->(b) ON MATCH SET r.x = 1, r.y = 2' RETURN a",
])('let through: %s', (statement) => expect(check(statement)).not.toThrow());
