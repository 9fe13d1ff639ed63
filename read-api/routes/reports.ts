import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ActorEnv } from '#platform/http/actor';
import { idSchema, json, pageQuery, problem, refuseInvalid } from '#platform/http/openapi';
import { reportListSchema, reportViewSchema } from '../contract.ts';
import { contentDisposition } from '../http/content-disposition.ts';
import { decodeCursor, withCursor } from '../http/cursor.ts';
import { timestampPlace } from '../http/cursor-values.ts';
import { positionParameter, sees } from '../http/sees.ts';
import type { ReadApiPorts } from '../ports.ts';
import { assertCase } from '../queries/case-file.ts';
import { findReport, listReports } from '../queries/report-list.ts';
import { renderMarkdown } from '../reports/render/markdown.ts';
import { renderPdf } from '../reports/render/pdf.ts';
import { type PrintedReport, printedReport } from '../reports/render/printed-report.ts';

const parameters = [positionParameter];

const list = createRoute({
  method: 'get',
  path: '/api/cases/{caseId}/reports',
  summary: 'The reports of a case, the newest first',
  parameters,
  request: {
    params: z.object({ caseId: idSchema }),
    query: z.object(pageQuery(30, 100)),
  },
  responses: { 200: json(reportListSchema, 'A page of reports'), 404: problem('There is no such case') },
});

const find = createRoute({
  method: 'get',
  path: '/api/reports/{reportId}',
  summary: 'A report, with what each of its statements rests on',
  parameters,
  request: { params: z.object({ reportId: idSchema }) },
  responses: { 200: json(reportViewSchema, 'The report'), 404: problem('There is no such report') },
});

/** How a report is downloaded, by the ending of its address. */
const formats = {
  md: { type: 'text/markdown; charset=utf-8', render: renderMarkdown },
  pdf: { type: 'application/pdf', render: renderPdf },
} as const satisfies Record<
  string,
  { type: string; render(report: PrintedReport): string | Promise<Uint8Array<ArrayBuffer>> }
>;
const formatSchema = z.enum(['md', 'pdf']);

/** An address with an ending is no path of the OpenAPI routes: it is matched apart, and named here. */
const download = (format: z.infer<typeof formatSchema>) => ({
  method: 'get' as const,
  path: `/api/reports/{reportId}.${format}`,
  summary: `A report as ${format === 'md' ? 'Markdown' : 'PDF'}, the same bytes for ever`,
  parameters,
  request: { params: z.object({ reportId: idSchema }) },
  responses: {
    200: {
      content: { [formats[format].type]: { schema: z.string().openapi({ format: 'binary' }) } },
      description: 'The report',
    },
    404: problem('There is no such report'),
    409: problem('It is not ready'),
  },
});

const placeSchema = z.tuple([timestampPlace, z.string()]);

export const reportRoutes = ({ db, positions, recordRead }: ReadApiPorts) => {
  const app = new OpenAPIHono<ActorEnv>({ defaultHook: refuseInvalid });
  app.get(
    '/api/reports/:file{[^/]+\\.(?:md|pdf)}',
    sees(positions, ['report-list']),
    async (c: Context<ActorEnv>) => {
      const [, reportId = '', ending] = /^(.+)\.(\w+)$/.exec(c.req.param('file') ?? '') ?? [];
      const { type, render } = formats[formatSchema.parse(ending)];
      const report = await findReport(db, reportId);
      const printed = printedReport(report);
      const body = await render(printed);
      const { caseId } = report;
      recordRead(c.get('actor'), {
        action: 'exported',
        caseId,
        subject: `report ${reportId} as ${ending}`,
        occurredAt: new Date().toISOString(),
      });
      return c.body(body, 200, {
        'Content-Type': type,
        'Content-Disposition': contentDisposition('attachment', `${printed.title.slice(0, 100)}.${ending}`),
        'X-Content-Type-Options': 'nosniff',
      });
    },
  );
  for (const format of formatSchema.options) app.openAPIRegistry.registerPath(download(format));
  return app
    .openapi({ ...list, middleware: sees(positions, ['document-list', 'report-list']) }, async (c) => {
      const { caseId } = c.req.valid('param');
      const { limit, cursor } = c.req.valid('query');
      await assertCase(db, caseId);
      const after = decodeCursor(cursor, placeSchema);
      return c.json(withCursor(await listReports(db, caseId, { limit, after })), 200);
    })
    .openapi({ ...find, middleware: sees(positions, ['report-list']) }, async (c) =>
      c.json(await findReport(db, c.req.valid('param').reportId), 200),
    );
};
