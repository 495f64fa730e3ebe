import type { Command, Option } from 'commander';
import { count, maxCost, maxRuntime, names } from '../flags/parse-flag.ts';
import { AWS_FLAGS, addFlags, COST_FLAGS, REACH_FLAGS } from '../flags/shared-flags.ts';
import type { Define } from './define.ts';

/** Pipelines: rendered, run on this machine, run on SageMaker; their steps; the parity of two runners. */
export function definePipeline(program: Command, { option, calls }: Define): void {
  const pipeline = program
    .command('pipeline')
    .description('the config as a pipeline: on this machine, or on SageMaker; and what runs left on AWS');
  const aws = (command: Command): Command =>
    addFlags(command, option, [...AWS_FLAGS, option('--bucket <name>', 'bucket of inputs and results')]);
  const firstSamples = (): Option => option('--limit <n>', 'take the first N samples', count('--limit', 1));
  const images = (command: Command): Command =>
    command
      .addOption(option('--role-arn <arn>', 'execution role of the steps'))
      .addOption(option('--image-uri <uri>', 'container image that runs the steps'));

  images(
    aws(
      pipeline
        .command('render')
        .description('print the pipeline definition of a config; needs no credentials')
        .argument('<config>', 'an evaluation_config.yaml'),
    ),
  )
    .addOption(option('--schedule [expression]', 'print the EventBridge schedule (default: the config’s)'))
    .addOption(option('--inputs <path>', 'with --schedule: the inputs that `assay pipeline start` prints'))
    .addHelpText('after', '\nExample:\n  assay pipeline render evaluation_config.yaml > definition.json\n')
    .action(calls(async () => (await import('../commands/pipeline.ts')).renderDefinition));

  const local = pipeline
    .command('run')
    .description('run the pipeline on this machine, each step a process')
    .argument('<config>', 'an evaluation_config.yaml');
  addFlags(local, option, [
    option('--local', 'on this machine'),
    ['runner', 'runner in place of every model’s'],
    ['localModel', 'local model where a model has no local block'],
    option('--answers <file>', 'scripted answers where a model has none'),
    firstSamples(),
    'seed',
    option('--max-parallel <n>', 'processes at a time', count('--max-parallel', 1, 256)).default(2),
    option(
      '--attempts <n>',
      'tries of a step; each goes on where the one before stopped',
      count('--attempts', 1, 100),
    ).default(2),
    option('--registry <dir>', 'where models are registered').default('.assay/registry'),
    ...REACH_FLAGS,
    ['output', 'folder of the execution (default: .assay/pipelines/<time>-<digest>)'],
    'json',
  ])
    .addHelpText('after', '\nExample:\n  assay pipeline run --local evaluation_config.yaml --max-parallel 4\n')
    .action(calls(async () => (await import('../commands/pipeline-local.ts')).runLocal));

  const start = images(
    aws(
      pipeline
        .command('start')
        .description('upload config and dataset, create or update the pipeline on SageMaker, and start it')
        .argument('<config>', 'an evaluation_config.yaml'),
    ),
  );
  addFlags(start, option, REACH_FLAGS)
    .addOption(firstSamples())
    .addOption(option('--parameter <name=value...>', 'further values of the pipeline’s parameters'))
    .addOption(option('--resume <execution>', 'continue this execution (its ARN) with the steps that did not succeed'))
    .addOption(option('--prices <file>', 'YAML file of prices (default: `prices:` of the config)'))
    .addOption(option('--max-cost <amount>', 'with --watch: stop at this cost', maxCost))
    .addOption(option('--max-runtime <time>', 'of each job, with --watch of the whole (90s, 30m, 2h)', maxRuntime))
    .addOption(option('--accept-eula', 'accept the end-user licence of models that ask for it'))
    .addOption(option('--watch', 'follow it to its end, then delete what it left'))
    .addHelpText('after', '\nExample:\n  assay pipeline start evaluation_config.yaml --limit 5 --watch\n')
    .action(calls(async () => (await import('../commands/pipeline-remote.ts')).start));

  aws(
    pipeline
      .command('watch')
      .description('follow an execution to its end, then delete what it left')
      .argument('<execution>', 'its ARN, as `assay pipeline start` prints it')
      .argument('[config]', 'its config, for prices and regions'),
  )
    .addOption(option('--prices <file>', 'YAML file of prices (default: `prices:` of the config)'))
    .addOption(option('--max-cost <amount>', 'stop at this cost', maxCost))
    .addOption(option('--max-runtime <time>', 'stop after 90s, 30m or 2h', maxRuntime))
    .addHelpText('after', `\nExample:\n  assay pipeline watch ${EXECUTION}\n`)
    .action(calls(async () => (await import('../commands/pipeline-remote.ts')).watch));

  aws(pipeline.command('stop').description('stop an execution').argument('<execution>', 'its ARN'))
    .addHelpText('after', `\nExample:\n  assay pipeline stop ${EXECUTION}\n`)
    .action(calls(async () => (await import('../commands/pipeline-remote.ts')).stop));

  aws(
    pipeline
      .command('results')
      .description('download the merged run of an execution into an ordinary run folder')
      .argument('<config>', 'the config that it was started with')
      .argument('<execution>', 'its ARN, or its id'),
  )
    .addOption(option('-o, --output <dir>', 'the run folder (default: .assay/runs/<execution id>)'))
    .addHelpText('after', `\nExample:\n  assay pipeline results evaluation_config.yaml ${EXECUTION}\n`)
    .action(calls(async () => (await import('../commands/pipeline-remote.ts')).results));

  images(
    aws(
      pipeline
        .command('doctor')
        .description('check credentials, bucket, role, image and quotas before anything is created')
        .argument('[config]', 'for its aws settings and instances'),
    ),
  )
    .addHelpText('after', '\nExample:\n  assay pipeline doctor evaluation_config.yaml\n')
    .action(calls(async () => (await import('../commands/pipeline-doctor.ts')).doctor));

  addFlags(
    pipeline
      .command('sweep')
      .description('delete endpoints, configs and models that runs left, found by tags alone')
      .argument('[config]', 'look in every region that it names'),
    option,
    AWS_FLAGS,
  )
    .addOption(option('--run <id>', 'only what this run created'))
    .addOption(option('--expired', 'only what has expired'))
    .addOption(option('--dry-run', 'say what would be deleted'))
    .addHelpText('after', '\nExample:\n  assay pipeline sweep --expired --dry-run\n')
    .action(calls(async () => (await import('../commands/pipeline.ts')).sweepResources));

  program
    .command('step')
    .description('run one step in a container’s folders, as pipelines call it')
    .argument('<name>', 'preprocess, evaluate, merge, select, gate, deploy, register, cleanup or group')
    .addOption(option('--shards <n>', 'preprocess: parts of the samples', count('--shards', 1, 100_000)))
    .addOption(
      option('--model-index <n>', 'the model, by its position in the config', count('--model-index', 0, 10_000)),
    )
    .addOption(option('--model-data <uri>', 'deploy, evaluate: a training job’s artefacts'))
    .addOption(option('--group <name>', 'register: the model package group'))
    .addOption(option('--name <name>', 'group: which steps of the pipeline'))
    .addOption(option('--registry <dir>', 'register: a folder, or sagemaker').default('sagemaker'))
    .addOption(option('--ml-root <dir>', 'the container’s root').default('/opt/ml'))
    .addOption(option('--run-id <id>', 'the execution').default('local'))
    .addHelpText('after', '\nExample:\n  ASSAY_ML_ROOT=/tmp/ml assay step preprocess --shards 4\n')
    .action(calls(async () => (await import('../commands/step.ts')).step));

  const parity = program
    .command('parity')
    .description('ask two runners the same samples, and compare answers and scores')
    .argument('<config>', 'an evaluation_config.yaml');
  addFlags(parity, option, [
    option('--runners <a,b>', 'the two runners, such as local,sagemaker', names).makeOptionMandatory(),
    option('--samples <n>', 'the first N samples', count('--samples', 1, 1_000_000)).default(50),
    ...(['models', 'localModel', 'seed'] as const),
    ...AWS_FLAGS,
    ...(['roleArn', 'acceptEula'] as const),
    ...COST_FLAGS,
    ...REACH_FLAGS,
    ['output', 'takes both runs (default: .assay/parity/<time>-<digest>)'],
    ['json', 'print it as JSON on stdout'],
  ])
    .addHelpText('after', '\nExample:\n  assay parity evaluation_config.yaml --samples 50 --runners local,sagemaker\n')
    .action(calls(async () => (await import('../commands/parity.ts')).parity));
}

const EXECUTION = 'arn:aws:sagemaker:us-east-1:123456789012:pipeline/my-pipeline/execution/abc123';
