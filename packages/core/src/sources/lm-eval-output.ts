import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Aggregate } from '../algorithms/algorithm.ts';
import { isRecord } from '../datasets/row-batch.ts';
import { AssayError } from '../errors/assay-error.ts';
import { lmEvalScoreKey } from '../import/lm-eval/score-key.ts';
import { readRows } from '../import/read-rows.ts';
import type { SampleRow } from '../results/summary.ts';
import { digestOfText, foreignRow } from './foreign-row.ts';
import type { ForeignOutput } from './foreign-run.ts';
import { lmEvalValue } from './lm-eval-metric.ts';
import { oneScore } from './one-score.ts';

type Line = Readonly<Record<string, unknown>>;

/**
 * `samples_<task>_<time>.jsonl` of lm-evaluation-harness, one or several of one model. The task stands for the algorithm,
 * its metrics for the scores, with the filter where there is one: `gsm8k.exact_match,strict-match`.
 * @see https://github.com/EleutherAI/lm-evaluation-harness/blob/main/docs/interface.md
 */
export async function readLmEvalOutput(files: readonly string[], name: string): Promise<ForeignOutput> {
  const rows: SampleRow[] = [];
  const lowerIsBetter = new Set<string>();
  const notes = new Set<string>();
  const tasks: string[] = [];
  const aggregates: Record<string, Readonly<Record<string, Aggregate>>> = {};
  for (const file of files) {
    const task = taskOf(file);
    tasks.push(task);
    const results = await resultsBeside(file);
    const model = modelOf(results, file);
    const lower = isRecord(results?.higher_is_better) ? results.higher_is_better[task] : undefined;
    const offset = rows.length;
    for (const [docId, lines] of await linesByDoc(file)) {
      const scores: Record<string, number> = {};
      const statistics: Record<string, unknown> = {};
      for (const line of lines) {
        for (const metric of metricsOf(line)) {
          const key = lmEvalScoreKey(task, metric, line.filter);
          const found = lmEvalValue(metric, line[metric]);
          if (found === undefined) {
            notes.add(`${key} has no value for a single sample`);
            continue;
          }
          for (const [name, value] of Object.entries(found.scores)) {
            scores[name === metric ? key : lmEvalScoreKey(task, name, line.filter)] = value;
            if (name === metric && isLower(lower, metric)) lowerIsBetter.add(key);
          }
          if (found.part === undefined) continue;
          const name = key.slice(task.length + 1);
          aggregates[task] = { ...aggregates[task], [name]: oneScore(found.part.aggregate, found.part.own, name) };
          statistics[name] = found.part.statistic;
        }
      }
      const parts = Object.keys(statistics).length === 0 ? {} : { statistics: { [task]: statistics } };
      rows.push({ ...rowOf(lines[0]!, model, offset + docId, scores), ...parts });
    }
  }
  if (rows.length === 0) throw new AssayError('DATASET_EMPTY', `${name} holds no samples`);
  return { tool: 'lm-eval', name, dataset: tasks.join(', '), rows, lowerIsBetter, aggregates, notes: [...notes] };
}

/** A document has a line for each filter. */
async function linesByDoc(file: string): Promise<Map<number, Line[]>> {
  const byDoc = new Map<number, Line[]>();
  for (const line of await readRows(file, { file })) {
    if (typeof line.doc_id !== 'number') {
      throw new AssayError(
        'DATASET_SYNTAX',
        `${file} is no samples file of lm-evaluation-harness: a line has no doc_id`,
      );
    }
    byDoc.set(line.doc_id, [...(byDoc.get(line.doc_id) ?? []), line]);
  }
  return byDoc;
}

function rowOf(line: Line, model: string, index: number, scores: Record<string, number>): SampleRow {
  const first = isRecord(line.arguments) ? line.arguments.gen_args_0 : undefined;
  const input = isRecord(first) && typeof first.arg_0 === 'string' ? first.arg_0 : JSON.stringify(line.doc ?? '');
  const output = [line.filtered_resps].flat()[0];
  // Our own exports carry our digest; the tool's is over the document.
  const digest = [line.digest, line.doc_hash].find((each) => typeof each === 'string') as string | undefined;
  return foreignRow({
    model,
    index,
    digest: digest?.slice(0, 16) ?? digestOfText(input),
    input,
    target: line.target === undefined || line.target === null ? null : String(line.target),
    output: typeof output === 'string' ? output : null,
    category: isRecord(line.doc) && typeof line.doc.category === 'string' ? line.doc.category : null,
    scores,
  });
}

function metricsOf(line: Line): string[] {
  return Array.isArray(line.metrics) ? line.metrics.map(String) : [];
}

const LOWER = /perplexity|bits_per_byte|brier|^ter$|^wer$|^cer$/;

function isLower(known: unknown, metric: string): boolean {
  const stated = isRecord(known) ? known[metric] : undefined;
  return typeof stated === 'boolean' ? !stated : LOWER.test(metric);
}

const NAME = /^samples_(.+?)(?:_(\d{4}-\d\d-\d\dT[\d.-]+))?\.jsonl(?:\.gz)?$/;

function taskOf(file: string): string {
  return NAME.exec(basename(file))?.[1] ?? basename(file).replace(/\.jsonl$/, '');
}

/** `results_<time>.json` of the same time. */
async function resultsBeside(file: string): Promise<Line | undefined> {
  const time = NAME.exec(basename(file))?.[2];
  if (time === undefined) return undefined;
  try {
    return JSON.parse(await readFile(join(dirname(file), `results_${time}.json`), 'utf8')) as Line;
  } catch {
    return undefined;
  }
}

function modelOf(results: Line | undefined, file: string): string {
  const named = [results?.model_name, results?.model_source].find((name) => typeof name === 'string' && name !== '');
  return (named as string | undefined) ?? basename(dirname(file));
}
