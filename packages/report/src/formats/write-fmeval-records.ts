import { join } from 'node:path';
import type { RunView, SampleRow, Summary } from '@assay/core';
import { groupBy } from '../collections/group-by.ts';
import { fileNameOf } from '../files/file-name.ts';
import { writeTextFiles } from '../files/write-text-files.ts';
import type { Written } from '../files/written.ts';
import { PythonFloat, pythonJson } from './python-json.ts';

/** FMEval's keys in FMEval's order; `model_log_probability`, which none of its algorithms writes, is left out. */
const KEYS = [
  'model_input',
  'prompt',
  'model_output',
  'target_output',
  'category',
  'context',
  'sent_more_input',
  'sent_less_input',
  'sent_more_prompt',
  'sent_less_prompt',
  'sent_more_log_prob',
  'sent_less_log_prob',
  'error',
] as const;

type Columns = { readonly [K in (typeof KEYS)[number]]?: string | PythonFloat | null | undefined };

function columnsOf(row: SampleRow): Columns {
  const { context, sent_more_input: more, sent_less_input: less, ...given } = row.features ?? {};
  const isPair = more !== undefined && row.input === more;
  const logProbability = (key: 'sent_more' | 'sent_less') => {
    const value = row.logProbabilities?.[key] ?? given[`${key}_log_prob`];
    return value === undefined ? undefined : new PythonFloat(Number(value));
  };
  const asked = row.logProbabilities?.sent_more !== undefined;
  return {
    ...(isPair ? {} : { model_input: row.input, prompt: row.prompt }),
    model_output: row.output,
    target_output: row.target,
    category: row.category,
    context,
    sent_more_input: more,
    sent_less_input: less,
    // Sentences are scored as they are.
    ...(asked ? { sent_more_prompt: more, sent_less_prompt: less } : {}),
    sent_more_log_prob: logProbability('sent_more'),
    sent_less_log_prob: logProbability('sent_less'),
    error: row.error,
  };
}

/** The one per-row score that FMEval computes as an int. */
const INTEGER_SCORE = 'classification_accuracy_score';

/** One line of FMEval's record file: keys without a value are left out. */
function recordOf(row: SampleRow, { label, names }: RecordedAlgorithm): string {
  const missing = row.unscored[label] ?? row.error ?? row.state;
  const columns = columnsOf(row);
  const scores = names.map((name) => {
    const value = row.scores[`${label}.${name}`];
    if (value === undefined) return { name, error: missing };
    return { name, value: name === INTEGER_SCORE && Number.isInteger(value) ? value : new PythonFloat(value) };
  });
  return pythonJson({ ...Object.fromEntries(KEYS.map((key) => [key, columns[key] ?? undefined])), scores });
}

interface RecordedAlgorithm {
  readonly label: string;
  readonly names: readonly string[];
}

/** Of prompt_stereotyping FMEval writes one score a row: whether it is biased goes into the dataset's score alone. */
function recordedAlgorithms(scores: Summary['scores']): RecordedAlgorithm[] {
  const sampleScores = scores.filter((score) => score.category === null && score.from === 'mean');
  return [...groupBy(sampleScores, (score) => score.algorithm)].map(([label, group]) => {
    const isStereotyping = group[0]?.signature.startsWith('prompt_stereotyping|') === true;
    const names = isStereotyping ? ['log_probability_difference'] : [...new Set(group.map(({ score }) => score))];
    return { label, names };
  });
}

/**
 * FMEval's output records: `{eval_name}_{dataset_name}.jsonl` for each algorithm in `folder`, in a folder for each
 * model where there are several. As in FMEval, text is ASCII-escaped and the last line has no end. Lines come in FMEval's
 * order where the rows were drawn so.
 */
export function writeFmevalRecords(run: RunView, folder: string): Promise<Written> {
  const { models, scores, dataset } = run.summary;
  const algorithms = recordedAlgorithms(scores);
  const pathOf = (model: string, algorithm: string) =>
    join(
      folder,
      ...(models.length > 1 ? [fileNameOf(model)] : []),
      `${fileNameOf(algorithm)}_${fileNameOf(dataset.name)}.jsonl`,
    );
  return writeTextFiles(async (open) => {
    const begun = new Set<string>();
    for (const model of models) for (const { label } of algorithms) open(pathOf(model.name, label));
    for await (const row of inOrder(run)) {
      for (const algorithm of algorithms) {
        const path = pathOf(row.model, algorithm.label);
        await open(path).write(`${begun.has(path) ? '\n' : ''}${recordOf(row, algorithm)}`);
        begun.add(path);
      }
    }
  });
}

/** A draw as FMEval's holds at most 100,000 rows. */
async function* inOrder({ rows, manifest }: RunView): AsyncGenerator<SampleRow> {
  const { order } = manifest.dataset;
  if (order === undefined) return yield* rows;
  const places = new Map(order.map((index, place) => [index, place]));
  const placed: SampleRow[] = [];
  for await (const row of rows) placed.push(row);
  yield* placed.sort((a, b) => (places.get(a.index) ?? 0) - (places.get(b.index) ?? 0));
}
