import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ImportedFrom } from '../config/schema/imported-from.ts';
import { comparableScores, sharedScores } from '../selection/comparable-scores.ts';
import { compareModels } from '../selection/compare-models.ts';
import { pairSamples } from '../selection/sample-pairs.ts';
import { alignRuns } from './align-runs.ts';
import { openRun, type RunSource } from './open-run.ts';

/** lm_eval's lines of three texts, whose log-likelihoods are −9, −10, −11 plus `more`. */
async function samplesFile(task: string, more: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-align-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const lines = ['one two', 'three', 'four five six'].map((text, at) =>
    JSON.stringify({
      doc_id: at,
      doc: { text },
      arguments: { gen_args_0: { arg_0: text } },
      filter: 'none',
      metrics: ['word_perplexity', 'bits_per_byte'],
      doc_hash: `${task}${at}`.padEnd(64, '0'),
      word_perplexity: [-9 - at + more, text.split(' ').length],
      bits_per_byte: [-9 - at + more, text.length],
    }),
  );
  const file = join(folder, `samples_${task}.jsonl`);
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}

/** The same source as if it were a run of ours that was imported. */
function asOurs(source: RunSource, importedFrom: ImportedFrom): RunSource {
  const open = async () => {
    const { view, algorithms } = await source.open();
    return { view: { ...view, manifest: { ...view.manifest, importedFrom } }, algorithms };
  };
  return { ...source, tool: 'assay', open };
}

async function comparisons(sources: readonly RunSource[]) {
  const { runs } = await alignRuns(sources);
  const [before, after] = await Promise.all(runs.map(async (run) => [...(await run.models()).values()][0]!));
  const shared = sharedScores(runs.map(({ summary }) => summary));
  const found = compareModels(pairSamples(before!, after!), shared);
  return found.map(({ algorithm, score, n, difference }) => [`${algorithm}.${score}`, n, difference]);
}

test('figures over all samples of imported runs are compared by those of single samples, under the recorded names', async () => {
  const theirs = await openRun(await samplesFile('their_task', 0));
  const ours = asOurs(await openRun(await samplesFile('own_label', 1)), {
    tool: 'lm-eval',
    scores: {
      'their_task.word_perplexity': 'own_label.word_perplexity',
      'their_task.bits_per_byte': 'own_label.bits_per_byte',
    },
  });
  const words = Math.exp(8 / 2) - Math.exp(9 / 2);
  expect(await comparisons([theirs, ours])).toEqual([
    // Not on record, but the only one of its name.
    ['their_task.log_likelihood', 3, 1],
    ['their_task.word_perplexity', 3, expect.closeTo(words, 9)],
    ['their_task.bits_per_byte', 3, expect.closeTo(-1 / 7 / Math.LN2, 9)],
  ]);
  // The other way round the names are the other's.
  expect((await comparisons([ours, theirs])).map(([name]) => name)).toEqual([
    'own_label.log_likelihood',
    'own_label.word_perplexity',
    'own_label.bits_per_byte',
  ]);
});

test('a metric over all samples has the value that the tool reports', async () => {
  const { view } = await (await openRun(await samplesFile('task', 0))).open();
  const figures = view.summary.scores.map(({ score, value, n, from }) => [score, value, n, from]);
  expect(figures).toEqual([
    ['log_likelihood', -10, 3, 'mean'],
    ['word_perplexity', Math.exp(30 / 6), 3, 'aggregate'],
    ['bits_per_byte', 30 / 25 / Math.LN2, 3, 'aggregate'],
  ]);
  expect(comparableScores(view.summary.scores).map(({ score, spec }) => [score, spec.better])).toEqual([
    ['log_likelihood', 'higher'],
    ['word_perplexity', 'lower'],
    ['bits_per_byte', 'lower'],
  ]);
});
