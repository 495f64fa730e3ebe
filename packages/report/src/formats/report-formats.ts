import type { RunView } from '@assay/core';
import type { Written } from '../files/written.ts';
import { writeReport } from '../write-report.ts';
import type { ReportOptions } from './report-options.ts';
import { writeCsv } from './write-csv.ts';
import { writeEveryEvalEver } from './write-every-eval-ever.ts';
import { writeFmevalRecords } from './write-fmeval-records.ts';
import { writeInspectLog } from './write-inspect-log.ts';
import { writeJUnit } from './write-junit.ts';
import { writeLmEval } from './write-lm-eval.ts';
import { writeMarkdown } from './write-markdown.ts';
import { writeParquet, writeParquetStore } from './write-parquet.ts';

export interface ReportFormat {
  /** Of the file, with its dot; null where `write` takes a folder. */
  readonly extension: string | null;
  readonly summary: string;
  /** Reads `run.rows` at most once. @param path of the file, or of the folder where `extension` is null */
  write(run: RunView, path: string, options?: ReportOptions): Promise<Written>;
}

/** Every way to write a run, by the name that `--format` takes. */
export const REPORT_FORMATS = {
  html: { extension: '.html', summary: 'one page with charts and an explorer over the samples', write: writeReport },
  md: {
    extension: '.md',
    summary: 'Markdown for a pull request: verdict, scores, paired differences',
    write: writeMarkdown,
  },
  junit: {
    extension: '.xml',
    summary: 'JUnit XML: gates, scores, assertions and failed samples as test cases',
    write: writeJUnit,
  },
  csv: { extension: '.csv', summary: 'one row a model, sample and score', write: writeCsv },
  parquet: { extension: '.parquet', summary: 'one row a model, sample and score', write: writeParquet },
  'parquet-store': {
    extension: null,
    summary: 'Parquet partitioned by dataset, model and run',
    write: writeParquetStore,
  },
  inspect: { extension: null, summary: 'inspect_ai JSON logs, version 2; one a model', write: writeInspectLog },
  'lm-eval': { extension: null, summary: 'lm-evaluation-harness results and samples', write: writeLmEval },
  fmeval: { extension: null, summary: 'FMEval output records, one file an algorithm', write: writeFmevalRecords },
  'every-eval-ever': { extension: null, summary: 'Every Eval Ever 0.3.0 records', write: writeEveryEvalEver },
} as const satisfies Readonly<Record<string, ReportFormat>>;

export type ReportFormatName = keyof typeof REPORT_FORMATS;
