import type { Finding } from '../config/finding.ts';
import type { OutsideFile } from './import-folder.ts';

/** One evaluation of another tool as ours. */
export interface ImportedEvaluation {
  readonly name: string;
  /** The file that it was read from. */
  readonly source: string;
  readonly findings: readonly Finding[];
  /** The content of evaluation_config.yaml; undefined where a finding is an error. */
  readonly config: Readonly<Record<string, unknown>> | undefined;
  /** Rows of `data.jsonl`, which the config names. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Further files beside the config, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** What was read beyond the folders of the imported file. */
  readonly outside: readonly OutsideFile[];
}
