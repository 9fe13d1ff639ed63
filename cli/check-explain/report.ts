import type { CheckResult } from './checks.ts';
import type { HistoryEntry, Similar } from './history.ts';
import type { Prioritised } from './prioritised.ts';
import { type Problem, placeOf } from './problem.ts';

/** What a run came to. */
export type Report = {
  readonly at: string;
  readonly checks: readonly { readonly check: string; readonly seconds: number; readonly problems: number }[];
  /** Who put the tasks in order, and who said which problems are alike. */
  readonly prioritisedBy: string;
  readonly comparedBy: string;
  /** Why a model that is set up had no part in it. */
  readonly note?: string;
  readonly tasks: readonly {
    readonly priority: string;
    readonly task: string;
    readonly file: string;
    readonly problems: readonly Problem[];
    readonly earlier: readonly {
      readonly score: number;
      readonly problem: Problem;
      readonly fix?: NonNullable<HistoryEntry['fix']>;
    }[];
  }[];
};

export function createReport(
  at: string,
  results: readonly CheckResult[],
  { by, tasks }: Prioritised,
  comparedBy: string,
  similar: (problem: Problem) => readonly Similar[],
  note?: string,
): Report {
  const all = new Map(
    results.flatMap(({ problems }) => problems.map((problem) => [problem.id, problem] as const)),
  );
  return {
    at,
    checks: results.map(({ check, seconds, problems }) => ({
      check,
      seconds: Math.round(seconds * 10) / 10,
      problems: problems.length,
    })),
    prioritisedBy: by,
    comparedBy,
    ...(note && { note }),
    tasks: tasks.map(({ priority, task, file, problems: ids }) => {
      const problems = ids.flatMap((id) => all.get(id) ?? []);
      const [first] = problems;
      const earlier = (first ? similar(first) : []).map(({ score, entry: { problem, fix } }) => ({
        score: Math.round(score * 100) / 100,
        problem,
        ...(fix && { fix }),
      }));
      return { priority, task, file, problems, earlier };
    }),
  };
}

/** The report as a person reads it. */
export function markdownOf({ at, checks, prioritisedBy, comparedBy, note, tasks }: Report): string {
  const lines = [
    '# What to mend first',
    '',
    `${at}. Put in order by ${prioritisedBy}; compared with earlier problems by ${comparedBy}.`,
    ...(note ? ['', note] : []),
    '',
    '| check | problems | seconds |',
    '|---|---|---|',
    ...checks.map(({ check, problems, seconds }) => `| ${check} | ${problems} | ${seconds} |`),
  ];
  if (tasks.length === 0) lines.push('', 'Every check passes.');
  for (const [index, { priority, task, problems, earlier }] of tasks.entries()) {
    lines.push('', `## ${index + 1}. ${task}`, '', `Priority: **${priority}**`, '');
    for (const problem of problems) {
      lines.push(`- \`${placeOf(problem)}\` ${problem.rule}`, ...fenced(problem.message, 12));
    }
    for (const { score, problem, fix } of earlier) {
      lines.push('', `Like an earlier one (${score}), \`${placeOf(problem)}\` ${problem.rule}:`);
      if (!fix) lines.push('what fixed it is not known.');
      else {
        const files = fix.files
          .slice(0, 8)
          .map(({ path, added, removed }) => `\`${path}\` +${added} −${removed}`);
        lines.push(
          `fixed by ${files.join(', ') || 'no change of a file'}${fix.files.length > 8 ? ' …' : ''}`,
        );
        if (fix.diff) lines.push(...fenced(fix.diff, 20, 'diff'));
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

/** A text that is not ours: nothing in it ends its own block. */
function fenced(text: string, most: number, language = ''): string[] {
  const lines = text.trim().split('\n');
  const fence = '`'.repeat(Math.max(3, ...(text.match(/`+/g) ?? []).map(({ length }) => length + 1)));
  return [`  ${fence}${language}`, ...lines.slice(0, most).map((line) => `  ${line}`), `  ${fence}`];
}
