import { type RunView, SAMPLE_STATES, type Summary } from '@assay/core';
import { groupBy } from '../collections/group-by.ts';
import { writeTextFiles } from '../files/write-text-files.ts';
import type { Written } from '../files/written.ts';
import { pairConfidence } from '../wording/confidence.ts';
import { formatCount, formatInterval, formatScore } from '../wording/format-number.ts';
import { verdictOf } from '../wording/verdict.ts';
import { markdownSamples } from './markdown-samples.ts';
import { type Align, markdownGate, markdownPairs, markdownTable } from './markdown-tables.ts';
import { markdownCode, markdownText } from './markdown-text.ts';
import type { ReportOptions } from './report-options.ts';

function scoresTable(summary: Summary): string {
  const overall = summary.scores.filter((score) => score.category === null);
  const models = summary.models.map((model) => model.name);
  const groups = groupBy(overall, (score) => `${score.algorithm}.${score.score}`);
  const rows = [...groups].map(([key, scores]) => [
    markdownCode(key),
    ...models.map((model) => {
      const score = scores.find((each) => each.model === model);
      if (score === undefined || score.value === null) return '–';
      return `${formatScore(score.value)} ${score.interval === null ? '' : `(${formatInterval(score.interval)})`}`.trim();
    }),
    formatCount(Math.max(...scores.map((score) => score.n))),
  ]);
  const heads = models.map((model): [string, Align] => [markdownCode(model), 'right']);
  return markdownTable([['score', 'left'], ...heads, ['n', 'right']], rows);
}

function statesTable(summary: Summary): string {
  const states = SAMPLE_STATES.filter((state) => summary.models.some((model) => model.states[state] > 0));
  const isCut = summary.models.some(({ cut = 0 }) => cut > 0);
  const rows = summary.models.map((model) => [
    markdownCode(model.name),
    ...states.map((state) => formatCount(model.states[state])),
    ...(isCut ? [formatCount(model.cut ?? 0)] : []),
  ]);
  const heads = states.map((state): [string, Align] => [state.replace('_', ' '), 'right']);
  return markdownTable(
    [['model', 'left'], ...heads, ...(isCut ? [['cut at max_new_tokens', 'right'] as [string, Align]] : [])],
    rows,
  );
}

/** The run as a comment on a pull request: verdict, gates, scores, paired differences, states. */
export function markdownReport(
  { summary, manifest }: Pick<RunView, 'manifest' | 'summary'>,
  { gates = [], chosen, notes = [] }: ReportOptions = {},
  samples: string = '',
): string {
  const part = (title: string, text: string) => (text === '' ? [] : [`#### ${title}`, text]);
  const someUnscored = summary.models.some(
    (model) => (model.cut ?? 0) > 0 || SAMPLE_STATES.some((state) => state !== 'scored' && model.states[state] > 0),
  );
  return `${[
    `### ${markdownText(verdictOf(summary).headline)}`,
    ...notes.map(markdownText),
    ...part('Gates', gates.map(markdownGate).join('\n')),
    ...part('Chosen', chosen === undefined ? '' : `${markdownCode(chosen.model)}: ${markdownText(chosen.reason)}`),
    ...part('Scores', scoresTable(summary)),
    ...part(
      'Paired differences',
      summary.comparisons.length > 0 ? markdownPairs(summary.comparisons, pairConfidence(summary)) : '',
    ),
    ...part('How the samples ended', someUnscored ? statesTable(summary) : ''),
    ...(samples === '' ? [] : [samples]),
    `${markdownText(summary.dataset.name)}, ${formatCount(summary.dataset.samples)} samples, seed ${summary.seed}, run ${markdownCode(manifest.run)}`,
  ].join('\n\n')}\n`;
}

export async function writeMarkdown(run: RunView, file: string, options: ReportOptions = {}): Promise<Written> {
  const samples = await markdownSamples(run);
  return writeTextFiles((open) => open(file).write(markdownReport(run, options, samples)));
}
