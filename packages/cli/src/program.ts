import { createRequire } from 'node:module';
import type * as Commander from 'commander';
import type { Action, Define } from './define/define.ts';
import { defineConvert } from './define/define-convert.ts';
import { defineImport } from './define/define-import.ts';
import { defineInit } from './define/define-init.ts';
import { defineMetrics } from './define/define-metrics.ts';
import { definePipeline } from './define/define-pipeline.ts';
import { definePlan } from './define/define-plan.ts';
import { defineRegistry } from './define/define-registry.ts';
import { defineRuns } from './define/define-runs.ts';
import { defineServe } from './define/define-serve.ts';
import { EXIT } from './exit-codes.ts';

// A third of the time that `--help` takes goes into loading commander as an ES module; as CommonJS it costs 4 ms, not 13.
const { Command, CommanderError, Option } = createRequire(import.meta.url)('commander') as typeof Commander;
type Command = Commander.Command;
type Option = Commander.Option;

/** An option that an environment variable can set too: `--max-concurrency` is ASSAY_MAX_CONCURRENCY. */
function option(flags: string, description: string): Option {
  const name = /--([a-z-]+)/.exec(flags)![1]!.replace(/^no-/, 'no-');
  return new Option(flags, description).env(`ASSAY_${name.replaceAll('-', '_').toUpperCase()}`);
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
  const program = buildProgram(version, calls);
  defineInit(program, { option, calls });
  definePlan(program, { option, calls });
  defineServe(program, { option, calls });
  defineRuns(program, { option, calls });
  defineRegistry(program, { option, calls });
  defineImport(program, { option, calls });
  defineMetrics(program, { option, calls });
  definePipeline(program, { option, calls });
  try {
    await program.parseAsync([...argv]);
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.passed : EXIT.usage;
    const { printError } = await import('./print/print-error.ts');
    return printError(thrown);
  }
}

function buildProgram(version: string, calls: Define['calls']): Command {
  const program = new Command('assay')
    .description('Evaluates language models: on this machine by default, on Amazon SageMaker with the same file.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(add --help for more)')
    .configureHelp({ sortSubcommands: false })
    .addHelpText(
      'after',
      '\nStart here:\n  assay init my-evaluation\n  assay run my-evaluation/evaluation_config.yaml\n',
    );

  program
    .command('run')
    .description('run the evaluation that a config describes')
    .argument('<config>', 'an evaluation_config.yaml')
    .addOption(option('--limit <n>', 'take the first N samples, or A-B'))
    .addOption(option('--models <names>', 'only these models, comma-separated'))
    .addOption(option('--algorithms <names>', 'only these algorithms, comma-separated'))
    .addOption(
      option('--runner <name>', 'run every model on this runner').choices([
        'local',
        'scripted',
        'sagemaker',
        'bedrock',
        'openai',
        'outputs',
      ]),
    )
    .addOption(option('--local-model <id>', 'the local model to use where a model has no local block'))
    .addOption(option('--seed <n>', 'seed of sampling and perturbations'))
    .addOption(option('--repeat <k>', 'ask each sample k times; its repeats become one score'))
    .addOption(option('--resume [run]', 'go on with an interrupted run: the last one of this config, or the one named'))
    .addOption(option('--retry-failed', 'with --resume: ask again for the samples that failed or timed out'))
    .addOption(
      option(
        '--max-failures <limit>',
        'stop a model after this many failed samples (a count, or a share such as 0.05)',
      ),
    )
    .addOption(option('--strict', 'a bad row ends the run'))
    .addOption(option('--no-cache', 'ask anew what the cache could answer, and keep nothing'))
    .addOption(option('--max-concurrency <n>', 'most requests to a remote model at a time'))
    .addOption(
      option('--workers <n>', 'sessions of a local model side by side, and threads that score (default: the cores)'),
    )
    .addOption(option('--region <name>', 'AWS region'))
    .addOption(option('--profile <name>', 'AWS profile'))
    .addOption(option('--assume-role <arn>', 'role to take on for the calls of this command'))
    .addOption(option('--role-arn <arn>', 'execution role of what SageMaker deploys'))
    .addOption(option('--prices <file>', 'YAML file of prices (default: `prices:` of the config)'))
    .addOption(option('--max-cost <amount>', 'end the run, and delete what it deployed, once it has cost this much'))
    .addOption(option('--max-runtime <time>', 'end the run, and delete what it deployed, after 90s, 30m or 2h'))
    .addOption(option('--accept-eula', 'accept the end-user licence of models that ask for it'))
    .addOption(
      option('--fail-on <gate...>', 'exit with 1 when a gate fails, such as "qa_accuracy.f1_score lower >= 0.6"'),
    )
    .addOption(option('--allow-code', 'run the JavaScript modules that the config names as algorithms'))
    .addOption(option('-o, --output <dir>', 'the run folder (default: .assay/runs/<time>-<digest>)'))
    .addOption(option('--json', 'print the summary as JSON on stdout'))
    .addOption(option('--display <mode>', 'how progress is shown').choices(['full', 'plain', 'none']))
    .addOption(option('--watch', 'run again when the config or one of its files changes, from the cache'))
    .addOption(option('--log-file <file>', 'append what happens to each sample as JSON lines, without its texts'))
    .addOption(option('--log-text', 'put prompts, answers and messages into the log too'))
    .addHelpText(
      'after',
      '\nExample:\n  assay run evaluation_config.yaml --limit 20 --runner local --local-model SmolLM2-135M-Instruct\n',
    )
    .action(calls(async () => (await import('./commands/run.ts')).run));

  program
    .command('score')
    .description('score outputs that already exist, without a model')
    .argument('<file...>', 'JSONL, JSON, CSV or Parquet files, or globs')
    .addOption(option('--algorithms <names>', 'algorithms, comma-separated').makeOptionMandatory())
    .addOption(option('--model-input-key <key>', 'column or JMESPath of the question'))
    .addOption(option('--target-output-key <key>', 'column or JMESPath of the expected answer'))
    .addOption(option('--model-output-key <key>', 'column or JMESPath of the output to score'))
    .addOption(option('--category-key <key>', 'column or JMESPath of the category'))
    .addOption(option('--dialect <name>', 'whose files these are, such as fmeval or sagemaker-data-capture'))
    .addOption(option('--compat <tool>', 'reproduce the numbers of another tool').choices(['fmeval']))
    .addOption(option('--limit <n>', 'take the first N samples, or A-B'))
    .addOption(option('--workers <n>', 'threads that score (default: the cores of this machine)'))
    .addOption(option('--resume [run]', 'go on with an interrupted run'))
    .addOption(option('--strict', 'a bad row ends the run'))
    .addOption(option('-o, --output <dir>', 'the run folder (default: .assay/runs/<time>-<digest>)'))
    .addOption(option('--json', 'print the summary as JSON on stdout'))
    .addOption(option('--display <mode>', 'how progress is shown').choices(['full', 'plain', 'none']))
    .addOption(option('--log-file <file>', 'append what happens to each sample as JSON lines, without its texts'))
    .addOption(option('--log-text', 'put prompts, answers and messages into the log too'))
    .addHelpText(
      'after',
      '\nExample:\n  assay score outputs.jsonl --algorithms qa_accuracy --target-output-key answer --model-output-key output\n',
    )
    .action(calls(async () => (await import('./commands/score.ts')).score));

  program
    .command('check')
    .description('validate configs; every finding with line, column and a hint')
    .argument('<config...>', 'config files')
    .addOption(
      option('--runner <name>', 'check for this runner').choices([
        'local',
        'scripted',
        'sagemaker',
        'bedrock',
        'openai',
        'outputs',
      ]),
    )
    .addOption(option('--local-model <id>', 'the local model to use where a model has no local block'))
    .addHelpText('after', '\nExample:\n  assay check evaluation_config.yaml\n')
    .action(calls(async () => (await import('./commands/check.ts')).check));

  program
    .command('compare')
    .description(
      'compare models of runs sample by sample: paired difference, test, verdict; of three and more a ranking',
    )
    .argument(
      '<runs...>',
      'run folders, or names under .assay/runs; or outputs of lm-eval, Inspect or promptfoo. The first is the baseline',
    )
    .addOption(option('--score <name>', 'only this score'))
    .addOption(option('--baseline-model <name>', 'only this model of the first run; of one run alone, the baseline'))
    .addOption(
      option('--drift', 'the runs have different samples, as production has: means against means, nothing paired'),
    )
    .addOption(option('--candidate-model <name>', 'only this model of the other runs'))
    .addOption(
      option(
        '--fail-on <gate...>',
        'exit with 1 when a gate fails: "regression <= 0.02", or "qa_accuracy.f1_score lower >= 0.6"',
      ),
    )
    .addOption(
      option('--format <name>', 'how it is printed on stdout, or written as a page (default: text)').choices([
        'text',
        'json',
        'md',
        'junit',
        'html',
      ]),
    )
    .addOption(option('-o, --output <file>', 'html: the page to write (default: comparison.html)'))
    .addOption(option('--json', 'the same as --format json'))
    .addHelpText(
      'after',
      '\nExample:\n  assay compare .assay/runs/20261123T214512Z-3f9c .assay/runs/20261124T090110Z-77a0 --fail-on regression\n',
    )
    .action(calls(async () => (await import('./commands/compare.ts')).compare));

  program
    .command('select')
    .description('choose the best model of a run, never by a difference that noise explains')
    .argument('<run>', 'a run folder, or its name under .assay/runs')
    .addOption(option('--score <name>', 'the deciding score (default: as the config’s selection says, else the first)'))
    .addOption(option('--tie <how>', 'what counts as a tie').choices(['significance', 'first', 'all']))
    .addOption(
      option('--prefer <what>', 'what decides between tied models').choices(['latency', 'cost', 'size', 'order']),
    )
    .addOption(option('-o, --output <file>', 'where to write best_model.json (default: into the run folder)'))
    .addOption(option('--register <group>', 'register it as a further version of this group, pending approval'))
    .addOption(option('--registry <dir>', 'the registry’s folder (default: .assay/registry)'))
    .addHelpText(
      'after',
      '\nExample:\n  assay select 20261123T214512Z-3f9c --score qa_accuracy.f1_score --prefer latency\n',
    )
    .action(calls(async () => (await import('./commands/select.ts')).select));

  program
    .command('report')
    .description('write the report of a run again, or in another format')
    .argument('<run>', 'a run folder, or its name under .assay/runs')
    .addOption(
      option(
        '--format <name>',
        'html, md, junit, csv, parquet, parquet-store, inspect, lm-eval, fmeval, every-eval-ever or mlflow',
      ).default('html'),
    )
    .addOption(option('-o, --output <path>', 'the file or folder to write (default: into the run folder)'))
    .addOption(option('--to <url>', 'mlflow: the tracking server (default: MLFLOW_TRACKING_URI)'))
    .addOption(option('--experiment <name>', 'mlflow: the experiment (default: the dataset’s name)'))
    .addOption(
      option('--max-rows <n>', 'html: list about so many rows of a larger run, up to 1000000 (default: 100000)'),
    )
    .addOption(option('--fail-on <gate...>', 'add a gate, and exit with 1 when it fails'))
    .addOption(
      option('--publish [namespace]', 'send the scores to CloudWatch, too (default: aws.cloudwatch_namespace)'),
    )
    .addOption(option('--region <name>', 'with --publish: AWS region'))
    .addOption(option('--profile <name>', 'with --publish: AWS profile'))
    .addHelpText('after', '\nExample:\n  assay report 20261123T214512Z-3f9c --format md -o report.md\n')
    .action(calls(async () => (await import('./commands/report.ts')).report));

  const datasets = program.command('datasets').description('list, show and download datasets');
  datasets
    .command('list')
    .description('the datasets that answer to a name')
    .addHelpText('after', '\nExample:\n  assay datasets list\n')
    .action(calls(async () => (await import('./commands/datasets.ts')).listDatasets));
  datasets
    .command('show')
    .description('what a dataset is: its licence, where it comes from, its keys, or its configs, splits and sizes')
    .argument('<name-or-uri>', 'a name of the list, or a URI as for pull')
    .addOption(option('--region <name>', 'AWS region'))
    .addOption(option('--profile <name>', 'AWS profile, for what is not public on S3'))
    .addHelpText('after', '\nExample:\n  assay datasets show hf://datasets/google/boolq\n')
    .action(calls(async () => (await import('./commands/datasets.ts')).showDataset));
  datasets
    .command('pull')
    .description('download a dataset into the cache, or go on with it; prints its files')
    .argument(
      '<name-or-uri>',
      'a name of the list, https://…, s3://bucket/key (a folder, a glob) or hf://datasets/owner/name/config/split',
    )
    .addOption(option('--region <name>', 'AWS region'))
    .addOption(option('--profile <name>', 'AWS profile, for what is not public on S3'))
    .addOption(option('--display <mode>', 'how progress is shown').choices(['full', 'plain', 'none']))
    .addHelpText('after', '\nExample:\n  assay datasets pull hf://datasets/google/boolq/validation\n')
    .action(calls(async () => (await import('./commands/datasets.ts')).pullDataset));

  const models = program
    .command('models')
    .description('list, pull, show, verify and convert the models on this machine');
  models
    .command('list')
    .description('models that are embedded or in the cache')
    .addHelpText('after', '\nExample:\n  assay models list\n')
    .action(calls(async () => (await import('./commands/models.ts')).listModels));
  models
    .command('pull')
    .description('download models from the Hugging Face hub')
    .argument('<model...>', 'org/name, or org/name@revision')
    .addOption(option('--revision <name>', 'branch, tag or commit'))
    .addOption(option('--dtype <format>', 'number format of the weights, such as q4, q8, fp16 or fp32'))
    .addHelpText('after', '\nExample:\n  assay models pull onnx-community/Qwen2.5-0.5B-Instruct --dtype q4\n')
    .action(calls(async () => (await import('./commands/models.ts')).pullModels));
  defineConvert(models, { option, calls });
  models
    .command('remove')
    .description('delete downloaded models from the cache')
    .argument('<model...>', 'org/name')
    .addHelpText('after', '\nExample:\n  assay models remove onnx-community/Qwen2.5-0.5B-Instruct\n')
    .action(calls(async () => (await import('./commands/models.ts')).removeModels));
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

  const algorithms = program.command('algorithms').description('list the algorithms and their scores');
  algorithms
    .command('list')
    .description('every algorithm with its scores')
    .addHelpText('after', '\nExample:\n  assay algorithms list\n')
    .action(calls(async () => (await import('./commands/algorithms.ts')).listAlgorithms));

  const cacheDir = (): Option => option('--dir <folder>', 'the cache of a config that names its own');
  const cache = program.command('cache').description('the answers and unpacked weights that runs keep for later ones');
  cache
    .command('stats')
    .description('how many answers are kept, by model, and which unpacked weights')
    .addOption(cacheDir())
    .addHelpText('after', '\nExample:\n  assay cache stats\n')
    .action(calls(async () => (await import('./commands/cache.ts')).cacheStats));
  cache
    .command('why')
    .description('what an answer depended on, and why it was not in the cache')
    .argument('<run>', 'a run folder, or its name under .assay/runs')
    .argument('<sample>', 'the sample’s position in the dataset, from 0')
    .addOption(cacheDir())
    .addHelpText('after', '\nExample:\n  assay cache why 20261123T214512Z-3f9c 17\n')
    .action(calls(async () => (await import('./commands/cache.ts')).cacheWhy));
  cache
    .command('prune')
    .description('drop old answers and unpacked weights')
    .addOption(option('--older-than <days>', 'drop answers kept, and weights used, longer ago'))
    .addOption(option('--max-size <gb>', 'then drop the oldest answers above this size, and the same of weights'))
    .addOption(option('--all', 'drop everything'))
    .addOption(cacheDir())
    .addHelpText('after', '\nExample:\n  assay cache prune --older-than 30\n')
    .action(calls(async () => (await import('./commands/cache.ts')).cachePrune));

  program
    .command('schema')
    .description('print the JSON Schema of evaluation_config.yaml')
    .addOption(option('-o, --output <file>', 'write it to a file'))
    .addHelpText('after', '\nExample:\n  assay schema -o evaluation_config.schema.json\n')
    .action(calls(async () => (await import('./commands/schema.ts')).schema));

  return program;
}
