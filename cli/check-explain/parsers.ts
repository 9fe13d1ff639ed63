import { relative } from 'node:path';
import { z } from 'zod';
import { type Problem, problemOf } from './problem.ts';
import { failedIn, vitestReportSchema } from './vitest-report.ts';

/** Reads what a check printed. @param root of the project: absolute paths are made relative to it */
export type Parse = (printed: string, root: string) => Problem[];

const under = (root: string, path: string) => (path.startsWith(root) ? relative(root, path) : path);

/** `biome check --reporter=github`: `::error title=…,file=…,line=…::message` */
export const parseLint: Parse = (printed, root) =>
  [...printed.matchAll(/^::(?:error|warning) title=([^,]*),file=([^,]*),line=(\d+)[^:]*::(.*)$/gm)].map(
    ([, rule = '', file = '', line, message = '']) =>
      problemOf({
        check: 'lint',
        rule,
        file: under(root, file),
        line: Number(line),
        message: unescaped(message),
      }),
  );

/** GitHub's own escapes of a workflow command. */
const unescaped = (text: string) => text.replaceAll('%0A', '\n').replaceAll('%0D', '').replaceAll('%25', '%');

/** `tsc --pretty false`: `file(line,column): error TS1: message`, more of it indented below. */
export const parseTypes: Parse = (printed, root) => {
  const problems: { file: string; line: number; rule: string; message: string }[] = [];
  for (const text of printed.split('\n')) {
    const [, file, line, rule, message] = /^(\S.*?)\((\d+),\d+\): error (TS\d+): (.*)$/.exec(text) ?? [];
    const last = problems.at(-1);
    if (file && rule)
      problems.push({ file: under(root, file), line: Number(line), rule, message: message ?? '' });
    else if (last && /^\s+\S/.test(text)) last.message += `\n${text.trim()}`;
  }
  return problems.map((each) => problemOf({ check: 'types', ...each }));
};

/** `svelte-check --output machine`: `<time> ERROR "file" line:column "message"` */
export const parseWebTypes: Parse = (printed, root) =>
  [...printed.matchAll(/^\d+ (?:ERROR|WARNING) "([^"]+)" (\d+):\d+ (".*")$/gm)].map(
    ([, file = '', line, quoted = '']) =>
      problemOf({
        check: 'web-types',
        rule: 'svelte-check',
        file: under(root, file),
        line: Number(line),
        message: unquoted(quoted),
      }),
  );

function unquoted(text: string): string {
  try {
    return z.string().parse(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}

/** `depcruise`: `  error rule: from → to` */
export const parseImports: Parse = (printed) =>
  [...printed.matchAll(/^\s+error ([\w-]+): (\S+)(?: → (.*))?$/gm)].map(([, rule = '', file = '', to]) =>
    problemOf({
      check: 'imports',
      rule,
      file,
      message: to
        ? `${file} imports ${to}, which the rule ${rule} forbids`
        : `${file} breaks the rule ${rule}`,
    }),
  );

/** `vitest --reporter=json` */
export const parseUnit: Parse = (printed, root) =>
  failedIn(vitestReportSchema.parse(JSON.parse(printed))).map(({ path, test, message }) => {
    const file = under(root, path);
    const told = plain(message);
    if (test === undefined)
      return problemOf({ check: 'unit', rule: 'the file cannot be loaded', file, message: told });
    return problemOf({ check: 'unit', rule: test, file, line: lineIn(told, file), message: told });
  });

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape begins each colour.
const plain = (text: string) => text.replace(/\u001b\[[\d;]*m/g, '');

/** Where the test's own file stands in a stack. */
const lineIn = (stack: string, file: string): number | undefined => {
  const [, line] = new RegExp(`${RegExp.escape(file)}:(\\d+)`).exec(stack) ?? [];
  return line === undefined ? undefined : Number(line);
};
