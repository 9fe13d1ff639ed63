import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { createLexicalEmbedder } from '#gpu-runner/models/builtin/lexical-embedder';
import type { EmbeddingModel } from '#gpu-runner/models/model';
import { type OllamaModels, openOllama } from '#gpu-runner/models/ollama/open-ollama';
import { type OllamaSettings, readConfig } from '#platform/config';
import { type ExitCode, endWith, exitCodes } from '../exit-codes.ts';
import { duration, plural } from '../projections/words.ts';
import { fileCache, prioritiseByModel } from './ask-model.ts';
import { type CheckResult, runCheck } from './checks.ts';
import { embedEntries, type HistoryEntry, noteRun, readHistory, similarTo, writeHistory } from './history.ts';
import { lineOfTask, type Prioritised, prioritiseByRules, rulesName } from './prioritised.ts';
import { type CheckName, checkNames, type Problem } from './problem.ts';
import { createReport, markdownOf } from './report.ts';
import { changesBetween, snapshot } from './snapshot.ts';

type Options = { readonly only?: CheckName[]; readonly root: string; readonly json?: boolean };

const program = new Command('check:explain')
  .description(
    "Runs the project's checks and says what to mend first, with earlier problems like it and what fixed them. With OLLAMA_URL the text model puts the tasks in order, else rules do.",
  )
  .addOption(new Option('--only <checks...>', 'run only these').choices(checkNames))
  .option('--root <folder>', 'the project', '.')
  .option('--json', 'print the report as JSON')
  .addHelpText(
    'after',
    '\nWrites .casefold/check-explain/latest.md and latest.json. Exit codes: 0 all pass, 1 problems.',
  )
  .action((options: Options) => endWith(() => checkAndExplain(options)));
await program.parseAsync();

async function checkAndExplain({ only, root: given, json }: Options): Promise<ExitCode> {
  const root = resolve(given);
  const folder = join(root, '.casefold', 'check-explain');
  const at = new Date().toISOString();
  const say = (line: string) => void console.error(line);

  const tree = await snapshot(root);
  const results: CheckResult[] = [];
  for (const check of only ?? checkNames) {
    const result = await runCheck(check, root);
    const { problems, seconds } = result;
    say(
      `${problems.length === 0 ? '✓' : '✗'} ${check.padEnd(10)} ${plural(problems.length, 'problem')}, ${duration(seconds)}`,
    );
    results.push(result);
  }
  const problems = results.flatMap((result) => result.problems);

  const historyFile = join(folder, 'history.json');
  const noted = await noteRun(readHistory(historyFile), {
    at,
    checks: results.map(({ check }) => check),
    problems,
    tree,
    changesBetween: (before, after, about) => changesBetween(root, before, after, about),
  });
  const { ollama: settings } = readConfig();
  const notes: string[] = [];
  const ollama = settings && (await openedOrNoted(settings, notes));
  const { entries, comparedBy } = await compared(noted, ollama, notes);
  writeHistory(historyFile, entries);

  const prioritised = await inOrder(problems, ollama, join(folder, 'answers'), notes);
  const note = [...new Set(notes)].join(' ');
  const report = createReport(
    at,
    results,
    prioritised,
    comparedBy,
    (problem) => similarTo(entries, problem),
    note,
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'latest.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(folder, 'latest.md'), markdownOf(report));

  if (json) console.log(JSON.stringify(report, null, 2));
  else {
    if (note) console.log(note);
    console.log(`Put in order by ${prioritised.by}:`);
    for (const task of prioritised.tasks) console.log(lineOfTask(task, problems));
    if (problems.length === 0) console.log('Every check passes.');
    console.log(`More in ${join(folder, 'latest.md')}`);
  }
  return problems.length === 0 ? exitCodes.done : exitCodes.failed;
}

async function openedOrNoted(settings: OllamaSettings, notes: string[]): Promise<OllamaModels | undefined> {
  try {
    return await openOllama(settings);
  } catch (error) {
    notes.push(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** The tasks, by the model that is set up; by rules where none is, or it is of no use now, which is said. */
async function inOrder(
  problems: readonly Problem[],
  ollama: OllamaModels | undefined,
  answers: string,
  notes: string[],
): Promise<Prioritised> {
  if (ollama && problems.length > 0) {
    try {
      return await prioritiseByModel(ollama.writer, problems, fileCache(answers));
    } catch (error) {
      notes.push(`The text model had no part in this: ${error instanceof Error ? error.message : error}`);
    }
  }
  return { by: rulesName, tasks: prioritiseByRules(problems) };
}

/** The history with vectors, by the model that is set up, else by words alone. */
async function compared(
  noted: readonly HistoryEntry[],
  ollama: OllamaModels | undefined,
  notes: string[],
): Promise<{ entries: HistoryEntry[]; comparedBy: string }> {
  const by = async (model: EmbeddingModel) => ({
    entries: await embedEntries(noted, model),
    comparedBy: `${model.identity.name}@${model.identity.version}`,
  });
  if (ollama) {
    try {
      return await by(ollama.embedder);
    } catch (error) {
      notes.push(
        `The embedding model had no part in this: ${error instanceof Error ? error.message : error}`,
      );
    }
  }
  return by(createLexicalEmbedder());
}
