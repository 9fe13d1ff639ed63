import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { TextModel } from '#gpu-runner/models/model';
import { dataBlock } from '#gpu-runner/prompts/data-block';
import { loadPrompt } from '#gpu-runner/prompts/load-prompt';
import { ModelOutputError } from '#gpu-runner/tasks/model-output-error';
import type { ResultCache } from '#gpu-runner/tasks/result-cache';
import { runPrompted } from '#gpu-runner/tasks/run-prompted';
import { promptedTask } from '#gpu-runner/tasks/task';
import { type Prioritised, priorities, prioritiseByRules, type Task } from './prioritised.ts';
import { type Problem, placeOf } from './problem.ts';

/** As many as a small model keeps apart; those beyond are put in order by rules, after its own. */
const mostProblems = 40;

const outputSchema = z.object({
  tasks: z
    .array(
      z.object({
        priority: z.enum(priorities),
        task: z.string().min(1).max(400),
        problems: z.array(z.number().int().min(1)).min(1),
      }),
    )
    .min(1),
});

const explainChecks = promptedTask<readonly Problem[], Task[], z.infer<typeof outputSchema>>({
  prompt: loadPrompt('explain-checks', 1),
  output: outputSchema,
  render: (problems) =>
    problems
      .map((problem, index) =>
        dataBlock(
          `problem ${index + 1}`,
          `check: ${problem.check}\nplace: ${placeOf(problem)}\nrule: ${problem.rule}\n${problem.message.slice(0, 600)}`,
        ),
      )
      .join('\n\n'),
  read(output, problems) {
    const told = new Set<number>();
    return output.tasks.map(({ priority, task, problems: numbers }) => {
      const meant = numbers.map((number) => {
        const problem = problems[number - 1];
        if (!problem)
          throw new ModelOutputError(`There is no problem ${number}: there are ${problems.length}.`);
        if (told.has(number)) throw new ModelOutputError(`Problem ${number} is in two tasks.`);
        told.add(number);
        return problem;
      });
      const [first] = meant;
      return { priority, task, file: first?.file ?? '', problems: meant.map(({ id }) => id) };
    });
  },
});

/**
 * Has a text model turn problems into tasks. The file of a task is that of its first problem: a model names none. What it
 * leaves out is put after its own tasks by rules, so that no problem is lost.
 *
 * @throws {ModelOutputError} if its answer cannot be used, and whatever the model throws while it is away
 */
export async function prioritiseByModel(
  model: TextModel,
  problems: readonly Problem[],
  cache: ResultCache,
): Promise<Prioritised> {
  const { said, identity } = await runPrompted(model, explainChecks, problems.slice(0, mostProblems), {
    cache,
  });
  const told = new Set(said.flatMap((task) => task.problems));
  const leftOut = prioritiseByRules(problems.filter(({ id }) => !told.has(id)));
  const rank = ({ priority }: Task) => priorities.indexOf(priority);
  return {
    by: `${identity.name}:${identity.version} (${identity.digest.slice(0, 12)})`,
    tasks: [...said.toSorted((a, b) => rank(a) - rank(b)), ...leftOut],
  };
}

/** What a model said, in files: the same problems need not be asked about twice. */
export function fileCache(folder: string): ResultCache {
  const at = (key: string) => join(folder, createHash('sha256').update(key).digest('hex'));
  return {
    async get(key) {
      try {
        return readFileSync(at(key), 'utf8');
      } catch {
        return undefined;
      }
    },
    async put(key, output) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(at(key), output);
    },
  };
}
