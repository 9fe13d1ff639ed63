import { buffer } from 'node:stream/consumers';
import { historySchema } from '#read-api/contract';
import type { CasefoldClient } from '../support/casefold-client.ts';
import { until } from '../support/until.ts';
import { type Acknowledged, liked, uploaded } from './acknowledged.ts';
import type { LogFindings } from './log-check.ts';

/** What people are told, against what they wrote and what the log says. @returns what is wrong, in words */
export async function checkAnswers(
  reader: CasefoldClient,
  caseId: string,
  { documents, writes }: Acknowledged,
  log: LogFindings,
  position: bigint,
): Promise<string[]> {
  const wrong: string[] = [];
  const listed = await reader.documents(caseId, String(position));
  const names = (ids: Iterable<string>) => [...ids].sort().join();
  if (names(listed.map(({ documentId }) => documentId)) !== names(documents.keys())) {
    wrong.push(`${listed.length} documents are listed and ${documents.size} were acknowledged`);
  }
  for (const { documentId, fileName, stage, likes, tags } of listed) {
    const expected = writes.has(liked(documentId)) ? 1 : 0;
    if (stage !== 'ready') wrong.push(`${fileName} is ${stage}`);
    if (likes !== expected) wrong.push(`${fileName} was liked ${expected} times and has ${likes} likes`);
    const last = log.tags.get(documentId) ?? [];
    if (tags.join() !== last.join()) wrong.push(`${fileName} has the tags ${tags} and was given ${last}`);
  }
  const history = await countHistory(reader, caseId, position);
  if (history !== log.events.get(caseId)) {
    wrong.push(`the timeline has ${history} events and the log ${log.events.get(caseId)}`);
  }
  return wrong;
}

/** Each uploaded file is given back byte for byte. @param since how many documents were looked at before */
export async function checkContents(
  reader: CasefoldClient,
  { documents, writes }: Acknowledged,
  since: number,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [documentId, { fileName, content }] of [...documents].slice(since)) {
    const position = String(writes.get(uploaded(documentId)));
    const response = await until(`the content of ${fileName} is answered`, async () => {
      const answer = await reader.request(`/api/documents/${documentId}/content`, { position });
      return answer.status !== 503 && answer;
    });
    const answered = response.body && response.ok ? await buffer(response.body).catch(() => undefined) : null;
    if (answered?.equals(Buffer.from(content))) continue;
    wrong.push(`the content of ${fileName} is answered with ${response.status} and is not what was sent`);
  }
  return wrong;
}

async function countHistory(reader: CasefoldClient, caseId: string, position: bigint): Promise<number> {
  let count = 0;
  for (let cursor: string | undefined; ; ) {
    const query = new URLSearchParams({ limit: '200', ...(cursor && { cursor }) });
    const page = await reader.json(historySchema, `/api/cases/${caseId}/history?${query}`, {
      position: String(position),
    });
    count += page.items.length;
    cursor = page.next;
    if (!cursor) return count;
  }
}
