import { createRequire } from 'node:module';
import type * as Commander from 'commander';
import type { Action, Define } from './define/define.ts';
import { defineCatalogue } from './define/define-catalogue.ts';
import { defineDecide } from './define/define-decide.ts';
import { defineImport } from './define/define-import.ts';
import { defineInit } from './define/define-init.ts';
import { defineMetrics } from './define/define-metrics.ts';
import { definePipeline } from './define/define-pipeline.ts';
import { definePlan } from './define/define-plan.ts';
import { defineRegistry } from './define/define-registry.ts';
import { defineRun } from './define/define-run.ts';
import { defineRuns } from './define/define-runs.ts';
import { defineServe } from './define/define-serve.ts';
import { EXIT } from './exit-codes.ts';
import type { ParseFlag } from './flags/parse-flag.ts';

// A third of the time that `--help` takes goes into loading commander as an ES module; as CommonJS it costs 4 ms, not 13.
const { Command, CommanderError, Option } = createRequire(import.meta.url)('commander') as typeof Commander;
type Command = Commander.Command;
type Option = Commander.Option;

/** An option that an environment variable can set too: `--max-concurrency` is ASSAY_MAX_CONCURRENCY. */
function option(flags: string, description: string, parse?: ParseFlag): Option {
  const name = /--([a-z-]+)/.exec(flags)![1]!;
  const made = new Option(flags, description).env(`ASSAY_${name.replaceAll('-', '_').toUpperCase()}`);
  return parse === undefined ? made : made.argParser(parse);
}

/** Parses argv, runs one command and returns the exit code. Commands are loaded only when called. */
export async function runProgram(argv: readonly string[], version: string): Promise<number> {
  let exitCode: number = EXIT.passed;
  const calls =
    (load: () => Promise<Action>) =>
    async (...args: unknown[]): Promise<void> => {
      const output: unknown = (args.at(-2) as { readonly output?: unknown } | undefined)?.output;
      if (typeof output === 'string' && output.includes('://'))
        (await import('./remote-output.ts')).refuseRemote(output);
      const action = await load();
      exitCode = await (action as (...args: unknown[]) => Promise<number>)(...args);
    };
  const program = defineProgram(version, calls);
  try {
    await program.parseAsync([...argv]);
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.passed : EXIT.usage;
    const { printError } = await import('./print/print-error.ts');
    return printError(thrown);
  }
}

/** The whole command, with all that `--help` says. */
export function defineProgram(version: string, calls: Define['calls']): Command {
  const program = buildProgram(version);
  const define: Define = { option, calls };
  defineRun(program, define);
  defineDecide(program, define);
  defineCatalogue(program, define);
  defineInit(program, define);
  definePlan(program, define);
  defineServe(program, define);
  defineRuns(program, define);
  defineRegistry(program, define);
  defineImport(program, define);
  defineMetrics(program, define);
  definePipeline(program, define);
  return program;
}

function buildProgram(version: string): Command {
  return new Command('assay')
    .description('Evaluates language models: on this machine by default, on Amazon SageMaker with the same file.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(add --help for more)')
    .configureHelp({ sortSubcommands: false })
    .addHelpText(
      'after',
      '\nStart here:\n  assay init my-evaluation\n  assay run my-evaluation/evaluation_config.yaml\n',
    );
}
