import { projectionBoardSchema } from '#read-api/contract-projections';

/** How a test asks a running Casefold: a `CasefoldClient`, or `app.request` of its routes. */
type Asks = { request(path: string): Response | Promise<Response> };

const askSeconds = 30;

/**
 * Waits until projections have come to a position, by the API that waits.
 *
 * @param names those that must; all there are, if left out
 * @throws {Error} naming the one that did not, after `timeoutMs`
 */
export async function untilProjected(
  client: Asks,
  position: string | bigint,
  { names, timeoutMs = 160_000 }: { readonly names?: readonly string[]; readonly timeoutMs?: number } = {},
): Promise<void> {
  const end = Date.now() + timeoutMs;
  const waitFor = async (name: string) => {
    for (;;) {
      const seconds = Math.min(askSeconds, Math.max(0.001, (end - Date.now()) / 1000));
      const path = `/api/projections/${name}/wait?position=${position}&timeoutSeconds=${seconds}`;
      const response = await client.request(path);
      const body = await response.text();
      if (response.ok) return;
      if (response.status !== 503 || Date.now() >= end) {
        throw new Error(`${name} has not come to ${position}: ${response.status} ${body}`);
      }
    }
  };
  await Promise.all((names ?? (await allNames(client))).map(waitFor));
}

async function allNames(client: Asks): Promise<string[]> {
  const response = await client.request('/api/projections');
  const { items, unheard } = projectionBoardSchema.parse(await response.json());
  return [...new Set([...items.map(({ name }) => name), ...unheard])];
}
