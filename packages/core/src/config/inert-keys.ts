import type { SourcePlace } from '../errors/assay-error.ts';
import { type ConfigPath, formatPath } from './config-path.ts';
import type { Finding } from './finding.ts';
import type { ValidConfig } from './load-config.ts';
import type { ResolvedModel } from './resolve-runners.ts';
import { hasSagemakerTarget } from './runner-of.ts';

interface InertKey {
  readonly path: ConfigPath;
  /** Completes “… does nothing in this run: …”. */
  readonly why: string;
  readonly hint?: string;
}

const BY_PIPELINE = {
  why: 'pipelines alone read it',
  hint: '`assay pipeline run CONFIG --local` runs the config as a pipeline on this machine',
} as const;
const BY_NOTHING = 'nothing reads it yet';

/**
 * Warnings for keys that stand in the config, mean something elsewhere, and change nothing in a run of these models.
 * Blocks for runners that this run does not use are no such keys: one file serves several runners.
 * @param models as the run resolved them
 */
export function inertKeys(config: ValidConfig, models: readonly ResolvedModel[]): Finding[] {
  const keys = [...topLevelKeys(models), ...models.flatMap(modelKeys)];
  return keys
    .filter(({ path }) => isWritten(config, path))
    .map(({ path, why, hint }): Finding => {
      const message = `${formatPath(path)} does nothing in this run: ${why}`;
      const at = placeOf(config, path);
      return { severity: 'warning', code: 'CONFIG_IGNORED_KEY', message, at, ...(hint === undefined ? {} : { hint }) };
    })
    .sort(({ at: a }, { at: b }) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

/** `finetuning` has a second spelling, under which the schema folds it away. */
function placeOf(config: ValidConfig, path: ConfigPath): SourcePlace {
  if (path.at(-1) !== 'finetuning') return config.placeOf(path);
  const [model, ours] = [config.placeOf(path.slice(0, -1)), config.placeOf(path)];
  const isOurs = ours.line !== model.line || ours.column !== model.column;
  return isOurs ? ours : config.placeOf([...path.slice(0, -1), 'finetuning_config']);
}

function topLevelKeys(models: readonly ResolvedModel[]): InertKey[] {
  const asksNoModel = models.every(({ runner }) => runner === 'outputs');
  const asked: InertKey[] = ['prompt', 'deadline_ms'].map((key) => ({
    path: [key],
    why: 'the dataset holds the outputs, and no model is asked',
  }));
  return [
    { path: ['sharding'], ...BY_PIPELINE },
    { path: ['model_registry'], ...BY_PIPELINE },
    { path: ['pipeline', 'max_parallel_steps'], ...BY_PIPELINE },
    { path: ['pipeline', 'step_cache'], ...BY_PIPELINE },
    { path: ['pipeline', 'schedule'], ...BY_PIPELINE },
    { path: ['output_dir'], why: BY_NOTHING, hint: '-o names the run folder' },
    {
      path: ['cache', 'scores'],
      why: 'no scores are kept, since looking one up costs more than scoring',
      hint: 'the cache keeps what models and helper models answered',
    },
    ...(asksNoModel ? asked : []),
  ];
}

function modelKeys({ index, runner, config }: ResolvedModel): InertKey[] {
  const own = (...path: PropertyKey[]): ConfigPath => ['models', index, ...path];
  const keys: InertKey[] = ['finetuning', 'register_config'].map((key) => ({ path: own(key), ...BY_PIPELINE }));
  if (runner !== 'sagemaker') {
    keys.push({
      path: own('evaluation_config', 'inference_parameters', 'seed'),
      why: `${runner === 'outputs' ? 'no model is asked' : `${runner} models sample by the seed of the run`}`,
      hint: 'set the top-level `seed`, or --seed',
    });
  }
  // Where an endpoint is described too, the key is for runs on it.
  const isRemote = hasSagemakerTarget(config) || config.openai !== undefined || config.bedrock !== undefined;
  if (isRemote || !['local', 'scripted', 'http', 'exec', 'module', 'code', 'outputs'].includes(runner)) return keys;
  const why = 'it is about calls to an endpoint, and this model has none';
  const settings = ['content_template', 'output', 'log_probability', 'custom_attributes'];
  const paths = [own('limits'), ...settings.map((key) => own('evaluation_config', key))];
  return [...keys, ...paths.map((path) => ({ path, why }))];
}

function isWritten({ config }: ValidConfig, path: ConfigPath): boolean {
  const value = path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step], config);
  // What the cache keeps has defaults: only a `false` was written by someone, and `cache: false` is another matter.
  return path[0] === 'cache' ? config.cache?.enabled === true && value === false : value !== undefined;
}
