import { join } from 'node:path';
import type { Manifest, ModelSummary, RunView, SampleRow, ScoreSummary, Summary } from '@assay/core';
import { fileNameOf } from '../files/file-name.ts';
import { writeTextFiles } from '../files/write-text-files.ts';
import type { Written } from '../files/written.ts';
import { type Choice, choiceOf } from './sample-choice.ts';
import { sha256 } from './short-digest.ts';
import { wellFormedJson } from './well-formed-json.ts';

type MetricNames = ReadonlyMap<string, string>;

/** `algorithm.score` → a short metric name; the whole key where two algorithms share the score's name. */
function metricNames(scores: readonly ScoreSummary[]): MetricNames {
  const owners = new Map<string, Set<string>>();
  for (const { algorithm, score } of scores) owners.set(score, (owners.get(score) ?? new Set()).add(algorithm));
  return new Map(
    scores.map(({ algorithm, score }) => [
      `${algorithm}.${score}`,
      owners.get(score)?.size === 1 ? score : `${algorithm}.${score}`,
    ]),
  );
}

function resultsOf(summary: Summary, manifest: Manifest, model: ModelSummary, names: MetricNames): object {
  const task = summary.dataset.name;
  const scores = summary.scores.filter((score) => score.model === model.name && score.category === null);
  const nameOf = (score: ScoreSummary) => names.get(`${score.algorithm}.${score.score}`) ?? score.score;
  return {
    results: {
      [task]: {
        alias: task,
        ...Object.fromEntries(
          scores.flatMap((score) => [
            [`${nameOf(score)},none`, score.value],
            [`${nameOf(score)}_stderr,none`, score.standardError ?? 'N/A'],
          ]),
        ),
      },
    },
    group_subtasks: { [task]: [] },
    configs: {
      [task]: {
        task,
        output_type: 'generate_until',
        metric_list: scores.map((score) => ({ metric: nameOf(score) })),
        metadata: { version: 0 },
      },
    },
    versions: { [task]: 0 },
    'n-shot': { [task]: 0 },
    higher_is_better: {
      [task]: Object.fromEntries(scores.map((score) => [nameOf(score), score.spec.better === 'higher'])),
    },
    'n-samples': { [task]: { original: summary.dataset.samples, effective: summary.dataset.samples } },
    config: {
      model: model.runner.split(':', 1)[0],
      model_args: model.runner,
      batch_size: null,
      random_seed: summary.seed,
    },
    git_hash: manifest.commit,
    date: Date.parse(manifest.createdAt) / 1000,
    pretty_env_info: manifest.platform,
    task_hashes: {},
    model_source: 'assay',
    model_name: model.name,
    model_name_sanitized: fileNameOf(model.name),
    total_evaluation_time_seconds: String(summary.timing.elapsedMs / 1000),
  };
}

/**
 * What the model was asked and said, as the harness has it: a text, or the log-probability of each continuation and whether
 * greedy decoding would write it, which a run does not keep.
 */
function askedOf(row: SampleRow, choice: Choice | undefined): object {
  const answers = continuationsOf(row, choice).map(([text, value]) => [text, [String(value), 'None']] as const);
  if (answers.length === 0) {
    const prompt = row.prompt ?? row.input;
    const output = row.output ?? '';
    return { arguments: { gen_args_0: { arg_0: prompt, arg_1: {} } }, resps: [[output]], filtered_resps: [output] };
  }
  const context = (text: string | undefined) =>
    text === undefined ? { arg_0: row.input } : { arg_0: row.input, arg_1: text };
  return {
    arguments: Object.fromEntries(answers.map(([text], at) => [`gen_args_${at}`, context(text)])),
    resps: answers.map(([, answer]) => [answer]),
    filtered_resps: answers.map(([, answer]) => answer),
  };
}

/** Continuations that were weighed; undefined where the input itself was. */
function continuationsOf(row: SampleRow, choice: Choice | undefined): (readonly [string | undefined, number])[] {
  if (choice !== undefined)
    return choice.logProbabilities.map((value, at) => [choice.separator + choice.choices[at], value]);
  const text = row.logProbabilities?.text;
  return text === undefined ? [] : [[row.target ?? undefined, text]];
}

/** A line of `samples_*.jsonl`; the hashes are lm-eval's own recipes, so that runs of both tools align. */
function sampleOf(row: SampleRow, names: MetricNames, choice: Choice | undefined): object {
  const { choices, right } = choice ?? {};
  const doc = { input: row.input, target: row.target, category: row.category, ...(choice && { choices, gold: right }) };
  const target = choice === undefined ? (row.target ?? '') : String(right ?? '');
  const metrics = Object.entries(row.scores).map(([key, value]): [string, number] => [names.get(key) ?? key, value]);
  return {
    doc_id: row.index,
    doc,
    target,
    ...askedOf(row, choice),
    filter: 'none',
    metrics: metrics.map(([name]) => name),
    doc_hash: sha256(JSON.stringify(doc, null, 2)),
    prompt_hash: sha256(row.input),
    target_hash: sha256(target),
    // Ours: by the digest a run and its export align; the others are the evidence that the harness has no place for.
    digest: row.digest,
    state: row.state,
    ...(row.stopReason === undefined ? {} : { stop_reason: row.stopReason }),
    ...(row.columns === undefined ? {} : { columns: row.columns }),
    ...Object.fromEntries(metrics),
  };
}

/**
 * lm-evaluation-harness's output: in `folder`, for each model a folder with `results_<time>.json` and
 * `samples_<dataset>_<time>.jsonl`. The dataset stands for the task.
 * @see https://github.com/EleutherAI/lm-evaluation-harness/blob/main/docs/interface.md
 */
export function writeLmEval(run: RunView, folder: string): Promise<Written> {
  const { summary, manifest } = run;
  const names = metricNames(summary.scores.filter((score) => score.category === null));
  const time = manifest.createdAt.replace(/Z$/, '').replaceAll(':', '-');
  const inFolder = (model: string, name: string) => join(folder, fileNameOf(model), name);
  const samples = `samples_${fileNameOf(summary.dataset.name)}_${time}.jsonl`;
  return writeTextFiles(async (open) => {
    for (const model of summary.models) {
      const results = resultsOf(summary, manifest, model, names);
      await open(inFolder(model.name, `results_${time}.json`)).write(`${wellFormedJson(results)}\n`);
      open(inFolder(model.name, samples));
    }
    for await (const row of run.rows)
      await open(inFolder(row.model, samples)).write(
        `${wellFormedJson(sampleOf(row, names, choiceOf(row, manifest.algorithms)))}\n`,
      );
  });
}
