/**
 * The statements that fold events into the graph, in the Cypher that Neo4j and the embedded engine share. Each takes
 * `$rows`, one for each thing of a batch; every row has every key.
 */

export const mergeCases = `
  UNWIND $rows AS row
  MERGE (c:CaseFile {id: row.id})
  SET c.caseId = row.caseId, c.name = row.name, c.lastPosition = row.lastPosition`;

export const mergeDocuments = `
  UNWIND $rows AS row
  MERGE (d:Document {id: row.id})
  SET d.documentId = row.documentId, d.caseId = row.caseId, d.fileName = row.fileName,
      d.withdrawn = row.withdrawn, d.lastPosition = row.lastPosition`;

export const linkToCases = `
  UNWIND $rows AS row
  MATCH (d:Document {id: row.id}), (c:CaseFile {id: row.caseFile})
  MERGE (d)-[r:IN_CASE]->(c)
  SET r.lastPosition = row.lastPosition`;

export const linkToParents = `
  UNWIND $rows AS row
  MATCH (d:Document {id: row.id}), (p:Document {id: row.parent})
  MERGE (d)-[r:ATTACHED_TO]->(p)
  SET r.lastPosition = row.lastPosition`;

export const markWithdrawn = `
  UNWIND $rows AS row
  MATCH (d:Document {id: row.id})
  SET d.withdrawn = true, d.lastPosition = row.lastPosition`;

export const dropMentions = `
  UNWIND $rows AS row
  MATCH (d:Document {id: row.id})-[m:MENTIONS]->(:Entity)
  DELETE m`;

export const dropTopics = `
  UNWIND $rows AS row
  MATCH (d:Document {id: row.id})-[a:ABOUT]->(:Topic)
  DELETE a`;

export const dropSimilar = `
  UNWIND $rows AS row
  MATCH (d:Document {id: row.id})-[s:SIMILAR_TO]->(:Document)
  DELETE s`;

export const mergeEntities = `
  UNWIND $rows AS row
  MERGE (e:Entity {id: row.id})
  SET e.entityId = row.entityId, e.caseId = row.caseId, e.kind = row.kind, e.name = row.name,
      e.normalised = row.normalised, e.lastPosition = row.lastPosition`;

export const linkMentions = `
  UNWIND $rows AS row
  MATCH (d:Document {id: row.document}), (e:Entity {id: row.id})
  MERGE (d)-[m:MENTIONS]->(e)
  SET m.mentions = row.mentions, m.times = row.times, m.lastPosition = row.lastPosition`;

export const mergeTopics = `
  UNWIND $rows AS row
  MERGE (t:Topic {id: row.id})
  SET t.caseId = row.caseId, t.label = row.label, t.lastPosition = row.lastPosition`;

export const linkTopics = `
  UNWIND $rows AS row
  MATCH (d:Document {id: row.document}), (t:Topic {id: row.id})
  MERGE (d)-[a:ABOUT]->(t)
  SET a.score = row.score, a.lastPosition = row.lastPosition`;

export const linkSimilar = `
  UNWIND $rows AS row
  MATCH (d:Document {id: row.id}), (o:Document {id: row.other})
  MERGE (d)-[s:SIMILAR_TO]->(o)
  SET s.score = row.score, s.lastPosition = row.lastPosition`;

export const mergeUsers = `
  UNWIND $rows AS row
  MERGE (u:User {id: row.id})
  SET u.userId = row.userId, u.lastPosition = row.lastPosition`;

export const countViews = `
  UNWIND $rows AS row
  MATCH (u:User {id: row.user}), (d:Document {id: row.id})
  MERGE (u)-[v:VIEWED]->(d)
  ON CREATE SET v.times = 1, v.lastPosition = row.lastPosition
  ON MATCH SET v.times = v.times + 1, v.lastPosition = row.lastPosition`;

export const linkLikes = `
  UNWIND $rows AS row
  MATCH (u:User {id: row.user}), (d:Document {id: row.id})
  MERGE (u)-[l:LIKED]->(d)
  SET l.lastPosition = row.lastPosition`;

export const dropLikes = `
  UNWIND $rows AS row
  MATCH (u:User {id: row.user})-[l:LIKED]->(d:Document {id: row.id})
  DELETE l`;
