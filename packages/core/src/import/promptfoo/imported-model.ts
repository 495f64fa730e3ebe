import type { SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import type { ImportFolder } from '../import-folder.ts';
import type { ParametersFor } from './provider-parameters.ts';

export interface ImportedModel {
  readonly name: string;
  /** Keys of an entry of `models` that say what runs it. */
  readonly keys: Readonly<Record<string, unknown>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Further keys of its `evaluation_config`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What takes its parameters. */
  readonly by?: ParametersFor;
  /** Prices of its tokens, per million, by its id. */
  readonly prices?: Readonly<Record<string, { readonly input: number; readonly output: number }>>;
  /** Labels of the prompts that it is asked; undefined for all. */
  readonly prompts?: readonly string[];
}

export type Place = (...path: (string | number)[]) => SourcePlace;

/** What providers by file need. */
export interface ProviderFiles {
  readonly folder: ImportFolder;
  /** Whether providers that are code are carried over, to run with `--allow-code`. */
  readonly allowCode: boolean;
  /** Where a project of Vertex may be named; no key is taken from it. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Where a request of its own is told. */
export interface RequestPlace {
  readonly at: SourcePlace;
  readonly findings: ImportFindings;
  readonly files: ProviderFiles | undefined;
}
