import { z } from 'zod';
import { type CheckName, type Problem, placeOf } from './problem.ts';

export const priorities = ['high', 'medium', 'low'] as const;
export type Priority = (typeof priorities)[number];

/** Something to do about one problem or several of one cause. */
export const taskSchema = z.object({
  priority: z.enum(priorities),
  task: z.string(),
  /** Where to begin. */
  file: z.string(),
  /** Ids of the problems that it mends. */
  problems: z.array(z.string()).min(1),
});
export type Task = z.infer<typeof taskSchema>;

/** Who put the tasks in order. */
export type Prioritised = { readonly by: string; readonly tasks: readonly Task[] };

/** The built-in order, by its own name: it knows the checks and nothing of the code. */
export const rulesName = 'casefold-check-rules@1';

/** What does not load or has wrong types makes other checks fail; what is only untidy harms nobody. */
const priorityOf = ({ check, rule }: Problem): Priority => {
  if (check === 'types' || check === 'web-types' || rule === 'the file cannot be loaded') return 'high';
  if (check === 'unit' || check === 'imports') return 'medium';
  return rule.startsWith('lint/correctness') || rule.startsWith('lint/suspicious') ? 'medium' : 'low';
};

const doing: Readonly<Record<CheckName, string>> = {
  lint: 'Mend',
  types: 'Make the types agree',
  'web-types': 'Make the types agree',
  imports: 'Take out the import, or move what it needs',
  unit: 'Make the test pass, or mend what it tests',
};

/** Puts problems in order by rules alone: one task for all of one rule in one file, the most pressing first. */
export function prioritiseByRules(problems: readonly Problem[]): Task[] {
  const groups = Map.groupBy(problems, ({ check, file, rule }) => JSON.stringify([check, file, rule]));
  const tasks = [...groups.values()].flatMap((group): Task[] => {
    const [first] = group;
    if (!first) return [];
    const priority = priorityOf(first);
    const more = group.length > 1 ? ` (${group.length} times)` : '';
    const [words = ''] = first.message.split('\n');
    const task = `${doing[first.check]}: ${words} [${first.rule}]${more}`;
    return [{ priority, task, file: first.file, problems: group.map(({ id }) => id) }];
  });
  const rank = ({ priority, problems: { length } }: Task) => priorities.indexOf(priority) * 1000 - length;
  return tasks.toSorted((a, b) => rank(a) - rank(b) || a.file.localeCompare(b.file));
}

/** A task as a line: what, and where to begin. */
export const lineOfTask = ({ priority, task, problems: [id] }: Task, all: readonly Problem[]): string => {
  const problem = all.find((each) => each.id === id);
  return `[${priority}] ${task}${problem ? ` — ${placeOf(problem)}` : ''}`;
};
