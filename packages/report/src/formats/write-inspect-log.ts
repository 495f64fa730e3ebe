import { join } from 'node:path';
import type { ModelSummary, RunView, SampleRow, ScoreSummary } from '@assay/core';
import { groupBy } from '../collections/group-by.ts';
import { fileForModel, fileNameOf } from '../files/file-name.ts';
import { writeTextFiles } from '../files/write-text-files.ts';
import type { Written } from '../files/written.ts';
import { splitScoreKey } from '../rows/score-key.ts';
import { reasonsOf } from '../wording/remark-text.ts';
import { type Choice, choiceOf } from './sample-choice.ts';
import { shortDigest } from './short-digest.ts';
import { wellFormedJson } from './well-formed-json.ts';

function scoreResults(scores: readonly ScoreSummary[]): object[] {
  return scores.map((score) => ({
    name: score.score,
    scorer: score.algorithm,
    scored_samples: score.n,
    unscored_samples: Object.values(score.unscored).reduce((sum, count) => sum + count, 0),
    params: {},
    metrics: {
      ...(score.value !== null && { mean: { name: 'mean', value: score.value, params: {} } }),
      ...(score.standardError !== null && { stderr: { name: 'stderr', value: score.standardError, params: {} } }),
    },
    metadata: { interval: score.interval, confidence: score.confidence, signature: score.signature },
  }));
}

function taskId({ manifest, summary }: Pick<RunView, 'manifest' | 'summary'>, model: string): string {
  return shortDigest(`${summary.dataset.name}\n${manifest.configDigest}\n${model}`);
}

/** As Inspect names its logs: the time without colons, a task without underscores, which separate the three. */
function inspectName(run: RunView, model: string): string {
  const time = run.manifest.createdAt.replace(/\.\d+Z$|Z$/, '+00:00').replaceAll(/[:+]/g, '-');
  const task = fileNameOf(run.summary.dataset.name).replaceAll(/[\s_]+/g, '-');
  return `${time}_${task}_${taskId(run, model)}.json`;
}

const letterOf = (place: number | undefined): string | undefined =>
  place === undefined ? undefined : String.fromCharCode(65 + place);

/** Everything of an EvalLog that stands before its samples. */
function header({ manifest, summary }: RunView, model: ModelSummary): object {
  const states = Object.values(model.states).reduce((sum, count) => sum + count, 0);
  const usage = {
    input_tokens: model.promptTokens,
    output_tokens: model.newTokens,
    total_tokens: model.promptTokens + model.newTokens,
  };
  return {
    version: 2,
    status: 'success',
    eval: {
      eval_id: shortDigest(`${manifest.run}\n${model.name}`),
      run_id: manifest.run,
      created: manifest.createdAt,
      task: summary.dataset.name,
      task_id: taskId({ manifest, summary }, model.name),
      task_version: 0,
      task_args: {},
      dataset: {
        name: summary.dataset.name,
        location: manifest.dataset.files.map((file) => file.path).join(' '),
        samples: summary.dataset.samples,
        shuffled: false,
      },
      model: model.name,
      model_args: {},
      config: { epochs: 1 },
      ...(manifest.commit !== null && { revision: { type: 'git', origin: '', commit: manifest.commit } }),
      packages: manifest.versions,
      metadata: { runner: model.runner, seed: manifest.seed, command: manifest.command },
    },
    plan: { name: 'plan', steps: [], config: {} },
    results: {
      total_samples: states,
      completed_samples: model.states.scored + model.states.unscored,
      scores: scoreResults(summary.scores.filter((score) => score.model === model.name && score.category === null)),
    },
    stats: {
      started_at: summary.timing.startedAt,
      completed_at: summary.timing.endedAt,
      model_usage: { [model.name]: usage },
    },
  };
}

/** As Inspect names it: an answer that was cut ended at `max_tokens`. */
function stopReasonOf({ state, stopReason }: SampleRow): string {
  if (state === 'refused') return 'content_filter';
  return stopReason === 'length' ? 'max_tokens' : 'stop';
}

/** What judges said, where Inspect shows why a score is as it is. */
function explained(remarks: NonNullable<SampleRow['remarks']>[string] | undefined): object {
  if (remarks === undefined) return {};
  const explanation = reasonsOf(remarks);
  return { ...(explanation === '' ? {} : { explanation }), metadata: { judges: remarks } };
}

/** An EvalSample: each algorithm is a scorer whose value is a record of scores. */
function sampleOf(row: SampleRow, choice: Choice | undefined): object {
  const scores = groupBy(Object.entries(row.scores), ([key]) => splitScoreKey(key)[0]);
  const output = row.output ?? '';
  return {
    id: row.index,
    epoch: 1,
    input: row.input,
    ...(choice === undefined ? {} : { choices: choice.choices }),
    target: letterOf(choice?.right) ?? row.target ?? '',
    messages: [
      { role: 'user', content: row.prompt ?? row.input, source: 'input' },
      ...(row.output === null ? [] : [{ role: 'assistant', content: output, source: 'generate', model: row.model }]),
    ],
    output: {
      model: row.model,
      choices:
        row.output === null
          ? []
          : [
              {
                message: { role: 'assistant', content: output, source: 'generate' },
                stop_reason: stopReasonOf(row),
              },
            ],
      completion: output,
      ...(row.elapsedMs !== null && { time: row.elapsedMs / 1000 }),
      ...(row.error !== null && { error: row.error }),
    },
    scores: Object.fromEntries(
      [...scores].map(([algorithm, values]) => [
        algorithm,
        {
          value: Object.fromEntries(values.map(([key, value]) => [splitScoreKey(key)[1], value])),
          answer: letterOf(choice?.chosen) ?? output,
          ...explained(row.remarks?.[algorithm]),
        },
      ]),
    ),
    metadata: {
      digest: row.digest,
      category: row.category,
      state: row.state,
      ...(row.columns === undefined ? {} : { columns: row.columns }),
      ...(row.prompt === undefined || row.prompt === row.input ? {} : { prompt: row.prompt }),
      unscored: row.unscored,
      variants: row.variants,
    },
    ...(row.elapsedMs !== null && { total_time: row.elapsedMs / 1000 }),
    ...(row.error !== null && { error: { message: row.error, traceback: '', traceback_ansi: '' } }),
  };
}

/**
 * Inspect's JSON logs, version 2, one for each model. In a folder they have the names by which `inspect view` and `inspect log
 * list` find them, `<time>_<task>_<id>.json`; a path that ends in `.json` is taken as the file's own name.
 * @see https://inspect.aisi.org.uk/eval-logs.html
 */
export function writeInspectLog(run: RunView, path: string): Promise<Written> {
  const { models } = run.summary;
  const { algorithms } = run.manifest;
  const fileOf = (model: string): string =>
    path.endsWith('.json') ? fileForModel(path, model, models.length) : join(path, inspectName(run, model));
  return writeTextFiles(async (open) => {
    const begun = new Set<string>();
    for (const model of models) {
      const head = wellFormedJson(header(run, model));
      await open(fileOf(model.name)).write(`${head.slice(0, -1)},"samples":[`);
    }
    for await (const row of run.rows) {
      const file = fileOf(row.model);
      const sample = sampleOf(row, choiceOf(row, algorithms));
      await open(file).write(`${begun.has(file) ? ',' : ''}\n${wellFormedJson(sample)}`);
      begun.add(file);
    }
    for (const model of models) await open(fileOf(model.name)).write(']}\n');
  });
}
