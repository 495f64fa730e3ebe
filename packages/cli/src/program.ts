import { Command, CommanderError, Option } from 'commander';
import { EXIT } from './exit-codes.ts';

/** An option that an environment variable can set too: `--max-concurrency` is ASSAY_MAX_CONCURRENCY. */
export function option(flags: string, description: string): Option {
  const name = /--([a-z-]+)/.exec(flags)![1]!.replace(/^no-/, 'no-');
  return new Option(flags, description).env(`ASSAY_${name.replaceAll('-', '_').toUpperCase()}`);
}

type Action = (...args: never[]) => Promise<number>;

/** Parses argv, runs one command and returns the exit code. Commands are loaded only when called. */
export async function runProgram(argv: readonly string[], version: string): Promise<number> {
  let exitCode: number = EXIT.passed;
  const calls =
    (load: () => Promise<Action>) =>
    async (...args: unknown[]): Promise<void> => {
      const action = await load();
      exitCode = await (action as (...args: unknown[]) => Promise<number>)(...args);
    };
  const program = buildProgram(version, calls);
  try {
    await program.parseAsync([...argv]);
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.passed : EXIT.usage;
    const { printError } = await import('./print/print-error.ts');
    return printError(thrown);
  }
}

function buildProgram(
  version: string,
  calls: (load: () => Promise<Action>) => (...args: unknown[]) => Promise<void>,
): Command {
  const program = new Command('assay')
    .description('Evaluates language models: on this machine by default, on Amazon SageMaker with the same file.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(add --help for more)')
    .configureHelp({ sortSubcommands: false })
    .addHelpText('after', '\nStart here:\n  assay run examples/quickstart/evaluation_config.yaml\n');

  const models = program.command('models').description('list, show and verify the models on this machine');
  models
    .command('list')
    .description('models that are embedded or in the cache')
    .addHelpText('after', '\nExample:\n  assay models list\n')
    .action(calls(async () => (await import('./commands/models.ts')).listModels));
  models
    .command('show')
    .description('what a model is, its licence and where it came from')
    .argument('<model>', 'a name, a Hugging Face id or a folder')
    .addHelpText('after', '\nExample:\n  assay models show SmolLM2-135M-Instruct\n')
    .action(calls(async () => (await import('./commands/models.ts')).showModel));
  models
    .command('verify')
    .description('check every file of the embedded models against its checksum')
    .argument('[model...]', 'only these')
    .addHelpText('after', '\nExample:\n  assay models verify\n')
    .action(calls(async () => (await import('./commands/models.ts')).verifyModels));

  return program;
}
