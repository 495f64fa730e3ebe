import type { FeatureName, GateConfig, RunHooks, SelectionConfig } from '@assay/core';
import type { RunSettings } from '../settings/run-settings.ts';
import type { AlgorithmUse } from './algorithm-use.ts';
import type { Model } from './models.ts';
import type { Rows } from './rows-file.ts';

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;

/** Columns of the data, or JMESPaths: `{ modelInput: 'question', targetOutput: 'answer' }`. */
export type Keys = { readonly [K in Camel<FeatureName>]?: string };

/** How an evaluation is carried out. Nothing is printed, and no variable is read that nothing names. */
export interface RunOptions
  extends Pick<
    RunSettings,
    'limit' | 'seed' | 'strict' | 'repeat' | 'resume' | 'maxFailures' | 'cache' | 'maxConcurrency' | 'workers' | 'share'
  > {
  /** The run folder. @default .assay/runs/<time>-<digest> */
  readonly output?: string | undefined;
  /** Ends the run; what was scored until then is on disk, and `resume` goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Told of progress, sample by sample. */
  readonly hooks?: RunHooks | undefined;
  /** Told a line now and then: a model is loaded, a cost is known. Its text may quote hostile ones. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** Whether report.html is written, too. @default false */
  readonly page?: boolean | undefined;
}

/** What is evaluated, in objects. */
export interface EvaluateOptions extends RunOptions {
  /** Names the data in results. @default the file's name, or `rows` */
  readonly name?: string;
  /** Rows, what yields rows, or files: a path, a glob, a URI, the name of a set. */
  readonly data: string | readonly string[] | Rows;
  readonly keys?: Keys;
  readonly models: readonly Model[];
  readonly algorithms: readonly AlgorithmUse[];
  /** Prompt template, system prompt and examples, as under `prompt` of a config. */
  readonly prompt?: {
    readonly template?: string;
    readonly system?: string;
    readonly few_shot?: readonly { readonly input: string; readonly output: string }[];
    readonly chat?: 'auto' | 'always' | 'never';
  };
  /** Such as `qa_accuracy.f1_score lower >= 0.6`. */
  readonly gates?: readonly GateConfig[];
  /** How the best model is chosen. */
  readonly selection?: SelectionConfig;
  /** Any other key of a config, as the file has it: `stop_when`, `deadline_ms`, `prices`, `aws`… */
  readonly config?: Readonly<Record<string, unknown>>;
}
