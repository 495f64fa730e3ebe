import type { Command, Option } from 'commander';
import type { Define } from './define.ts';
import { defineConvert } from './define-convert.ts';

/** What there is to evaluate with: datasets, models, algorithms, cached answers, the config's schema. */
export function defineCatalogue(program: Command, { option, calls }: Define): void {
  const datasets = program.command('datasets').description('list, show and download datasets');
  datasets
    .command('list')
    .description('the datasets that answer to a name')
    .addHelpText('after', '\nExample:\n  assay datasets list\n')
    .action(calls(async () => (await import('../commands/datasets.ts')).listDatasets));
  datasets
    .command('show')
    .description('what a dataset is: licence, origin, keys, or configs, splits and sizes')
    .argument('<name-or-uri>', 'a name of the list, or a URI as for pull')
    .addOption(option('--region <name>', 'AWS region'))
    .addOption(option('--profile <name>', 'AWS profile, for what is not public on S3'))
    .addHelpText('after', '\nExample:\n  assay datasets show hf://datasets/google/boolq\n')
    .action(calls(async () => (await import('../commands/datasets.ts')).showDataset));
  datasets
    .command('pull')
    .description('download a dataset into the cache, or continue with it; prints its files')
    .argument(
      '<name-or-uri>',
      'a name of the list, https://…, s3://bucket/key or hf://datasets/owner/name/config/split',
    )
    .addOption(option('--region <name>', 'AWS region'))
    .addOption(option('--profile <name>', 'AWS profile, for what is not public on S3'))
    .addOption(option('--display <mode>', 'how progress is shown').choices(['full', 'plain', 'none']))
    .addHelpText('after', '\nExample:\n  assay datasets pull hf://datasets/google/boolq/validation\n')
    .action(calls(async () => (await import('../commands/datasets.ts')).pullDataset));

  const models = program
    .command('models')
    .description('list, pull, show, verify and convert the models on this machine');
  models
    .command('list')
    .description('models that are embedded or in the cache')
    .addHelpText('after', '\nExample:\n  assay models list\n')
    .action(calls(async () => (await import('../commands/models.ts')).listModels));
  models
    .command('pull')
    .description('download models from the Hugging Face hub')
    .argument('<model...>', 'org/name, or org/name@revision')
    .addOption(option('--revision <name>', 'branch, tag or commit'))
    .addOption(option('--dtype <format>', 'format of the weights, such as q4, q8, fp16 or fp32'))
    .addHelpText('after', '\nExample:\n  assay models pull onnx-community/Qwen2.5-0.5B-Instruct --dtype q4\n')
    .action(calls(async () => (await import('../commands/models.ts')).pullModels));
  defineConvert(models, { option, calls });
  models
    .command('remove')
    .description('delete downloaded models from the cache')
    .argument('<model...>', 'org/name')
    .addHelpText('after', '\nExample:\n  assay models remove onnx-community/Qwen2.5-0.5B-Instruct\n')
    .action(calls(async () => (await import('../commands/models.ts')).removeModels));
  models
    .command('show')
    .description('what a model is, its licence and where it came from')
    .argument('<model>', 'a name, a Hugging Face id or a folder')
    .addHelpText('after', '\nExample:\n  assay models show SmolLM2-135M-Instruct\n')
    .action(calls(async () => (await import('../commands/models.ts')).showModel));
  models
    .command('verify')
    .description('check every file of the embedded models against its checksum')
    .argument('[model...]', 'only these')
    .addHelpText('after', '\nExample:\n  assay models verify\n')
    .action(calls(async () => (await import('../commands/models.ts')).verifyModels));

  const algorithms = program.command('algorithms').description('list the algorithms and their scores');
  algorithms
    .command('list')
    .description('every algorithm with its scores')
    .addHelpText('after', '\nExample:\n  assay algorithms list\n')
    .action(calls(async () => (await import('../commands/algorithms.ts')).listAlgorithms));

  const cacheDir = (): Option => option('--dir <folder>', 'the cache of a config that names its own');
  const cache = program
    .command('cache')
    .description('the answers and the unpacked and converted weights that runs keep for later ones');
  cache
    .command('stats')
    .description('answers kept, by model; unpacked and converted weights')
    .addOption(cacheDir())
    .addHelpText('after', '\nExample:\n  assay cache stats\n')
    .action(calls(async () => (await import('../commands/cache.ts')).cacheStats));
  cache
    .command('why')
    .description('what an answer depended on, and why it was not kept')
    .argument('<run>', 'a run folder, its name under .assay/runs, latest or previous')
    .argument('<row>', 'the sample’s row in the data, from 1')
    .addOption(cacheDir())
    .addHelpText('after', '\nExample:\n  assay cache why 20261123T214512Z-3f9c 17\n')
    .action(calls(async () => (await import('../commands/cache.ts')).cacheWhy));
  cache
    .command('prune')
    .description('drop old answers, unpacked and converted weights')
    .addOption(option('--older-than <days>', 'answers kept and weights used longer ago'))
    .addOption(option('--max-size <gb>', 'then the oldest above this, of answers and of weights'))
    .addOption(option('--all', 'everything'))
    .addOption(cacheDir())
    .addHelpText('after', '\nExample:\n  assay cache prune --older-than 30\n')
    .action(calls(async () => (await import('../commands/cache.ts')).cachePrune));

  program
    .command('schema')
    .description('print the JSON Schema of evaluation_config.yaml')
    .addOption(option('-o, --output <file>', 'write it to a file'))
    .addHelpText('after', '\nExample:\n  assay schema -o evaluation_config.schema.json\n')
    .action(calls(async () => (await import('../commands/schema.ts')).schema));
}
