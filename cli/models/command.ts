import type { Command } from 'commander';
import { endWith } from '../exit-codes.ts';
import { print } from '../projections/subcommand.ts';

type Options = { readonly json?: boolean };

const help = `
They talk to the server at OLLAMA_URL, for the models OLLAMA_MODEL and OLLAMA_EMBED_MODEL. No Casefold need run.

Exit codes:
  0  done
  1  failed, or something is wrong
  2  wrong usage, or OLLAMA_URL is not set
  3  cannot reach Ollama`;

/** `casefold models …` */
export function addModelsCommand(program: Command): void {
  const models = program
    .command('models')
    .description('see, check and fetch the models of an Ollama server')
    .addHelpText('after', help);

  models
    .command('list')
    .description('the models there are, what each does for Casefold, and which are in memory')
    .option('--json', 'as JSON, for scripts')
    .action(({ json }: Options) =>
      endWith(async () => {
        const { listModels, modelTable } = await import('./list.ts');
        const listed = await listModels();
        print(json, { models: listed }, () => modelTable(listed));
        return 0;
      }),
    );

  models
    .command('check')
    .description(
      'ask a live server for all that Casefold needs of it, and say what is wrong and how to mend it',
    )
    .option('--json', 'as JSON, for scripts')
    .action(({ json }: Options) =>
      endWith(async () => (await import('./check.ts')).checkModels(json ?? false)),
    );

  models
    .command('pull')
    .description('fetch a model from the registry of Ollama')
    .argument('[model...]', 'which; left out, the two that Casefold is set up for')
    .addHelpText('after', '\nExample:\n  $ casefold models pull nomic-embed-text')
    .action((named: string[]) => endWith(async () => (await import('./pull.ts')).pullModels(named)));
}
