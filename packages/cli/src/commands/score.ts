import { resolve } from 'node:path';
import { ALGORITHMS, AssayError, configFromData, isRemote, requireValid } from 'assay/internal';
import type { RunFlags } from '../flags/run-flags.ts';
import { runAndPrint } from '../run-and-print.ts';

export interface ScoreFlags
  extends Pick<
    RunFlags,
    | 'limit'
    | 'shard'
    | 'strict'
    | 'workers'
    | 'output'
    | 'share'
    | 'resume'
    | 'json'
    | 'display'
    | 'logFile'
    | 'logText'
  > {
  readonly algorithms: string;
  readonly modelInputKey?: string;
  readonly targetOutputKey?: string;
  readonly modelOutputKey?: string;
  readonly categoryKey?: string;
  readonly dialect?: string;
  /** By their names in `dataset.budgets`. */
  readonly budgets?: Readonly<Record<string, number>>;
  readonly compat?: 'fmeval';
}

/** Scores outputs that already exist: an evaluation whose model is the dataset. */
export async function score(files: readonly string[], flags: ScoreFlags): Promise<number> {
  const loaded = configFromData(configOf(files, flags), process.cwd(), { algorithms: ALGORITHMS });
  const failed = loaded.findings.find(({ severity }) => severity === 'error');
  if (failed !== undefined) throw new AssayError('USAGE', failed.message, { hint: failed.hint });
  const { algorithms: _, ...rest } = flags;
  // Nobody wrote this config: its places are the flags that it was made of.
  const placeOf = (path: readonly PropertyKey[]) => ({ file: flagOf(path, files) });
  const named = { file: resolve('assay-score.yaml'), placeOf };
  return runAndPrint({ ...requireValid(loaded), ...named }, { ...rest, isOwn: true });
}

function flagOf([section, key]: readonly PropertyKey[], files: readonly string[]): string {
  if (section === 'algorithms') return '--algorithms';
  if (section === 'dataset' && key === 'budgets') return '--budgets';
  if (section === 'dataset' && typeof key === 'string' && key.endsWith('_key')) return `--${key.replaceAll('_', '-')}`;
  return files.join(' ');
}

function configOf(files: readonly string[], flags: ScoreFlags): Record<string, unknown> {
  const keys = {
    model_input_key: flags.modelInputKey,
    target_output_key: flags.targetOutputKey,
    model_output_key: flags.modelOutputKey,
    category_key: flags.categoryKey,
  };
  const given = Object.entries(keys).filter(([, key]) => key !== undefined);
  const compat = flags.compat === undefined ? {} : { compat: flags.compat };
  return {
    dataset: {
      input_data_location: files.map((file) => (isRemote(file) ? file : resolve(file))),
      ...Object.fromEntries(given),
      ...(flags.budgets === undefined ? {} : { budgets: flags.budgets }),
      ...(flags.dialect === undefined ? {} : { dialect: flags.dialect }),
    },
    models: [{ name: 'outputs', runner: 'outputs' }],
    algorithms: flags.algorithms.split(',').map((algorithm) => ({ algorithm: algorithm.trim(), ...compat })),
  };
}
