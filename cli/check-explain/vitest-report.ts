import { z } from 'zod';

/** What `vitest --reporter=json` writes, as far as it tells what failed. */
export const vitestReportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});
export type VitestReport = z.infer<typeof vitestReportSchema>;

/** A test that failed, or a file that could not be loaded, which has no test. */
export type Failed = { readonly path: string; readonly test?: string; readonly message: string };

export function failedIn({ testResults }: VitestReport): Failed[] {
  return testResults.flatMap(({ name: path, status, message, assertionResults }): Failed[] => {
    const failed = assertionResults.filter((each) => each.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [{ path, message }] : [];
    return failed.map(({ fullName, failureMessages }) => ({
      path,
      test: fullName,
      message: failureMessages?.join('\n') ?? '',
    }));
  });
}
