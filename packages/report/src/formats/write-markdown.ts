import { type Comparison, type RunView, SAMPLE_STATES, type Summary } from '@assay/core';
import { groupBy } from '../collections/group-by.ts';
import { writeTextFiles } from '../files/write-text-files.ts';
import type { Written } from '../files/written.ts';
import { formatConfidence, pairConfidence } from '../wording/confidence.ts';
import { formatCount, formatDifference, formatInterval, formatPValue, formatScore } from '../wording/format-number.ts';
import { verdictOf } from '../wording/verdict.ts';
import { markdownCode, markdownText } from './markdown-text.ts';
import type { GateResult, ReportOptions } from './report-options.ts';

type Align = 'left' | 'right';

function table(heads: readonly (readonly [string, Align])[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = heads.map(([, align]) => (align === 'right' ? '--:' : ':--'));
  return [line(heads.map(([head]) => head)), line(rule), ...rows.map(line)].join('\n');
}

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
  return table([['score', 'left'], ...heads, ['n', 'right']], rows);
}

function pairsTable(comparisons: readonly Comparison[], confidence: number = 0.95): string {
  const rows = comparisons.map((comparison) => [
    markdownCode(`${comparison.algorithm}.${comparison.score}`),
    `${markdownCode(comparison.candidate)} − ${markdownCode(comparison.baseline)}`,
    formatDifference(comparison.difference),
    formatInterval(comparison.interval),
    formatPValue(comparison.adjustedPValue),
    formatCount(comparison.n),
    `${comparison.verdict === 'cannot tell' ? 'cannot tell' : `**${comparison.verdict}**`}${comparison.reason === '' ? '' : `: ${markdownText(comparison.reason)}`}`,
  ]);
  return table(
    [
      ['score', 'left'],
      ['pair', 'left'],
      ['difference', 'right'],
      [`${formatConfidence(confidence)} interval`, 'right'],
      ['Holm-adjusted', 'right'],
      ['n', 'right'],
      ['verdict', 'left'],
    ],
    rows,
  );
}

function statesTable(summary: Summary): string {
  const states = SAMPLE_STATES.filter((state) => summary.models.some((model) => model.states[state] > 0));
  const rows = summary.models.map((model) => [
    markdownCode(model.name),
    ...states.map((state) => formatCount(model.states[state])),
  ]);
  return table(
    [['model', 'left'], ...states.map((state): [string, Align] => [state.replace('_', ' '), 'right'])],
    rows,
  );
}

function gateLine(gate: GateResult): string {
  return `- ${gate.passed ? 'passed' : '**failed**'}: ${markdownText(gate.name)}${gate.reason === '' ? '' : `, ${markdownText(gate.reason)}`}`;
}

/** The run as a comment on a pull request: verdict, gates, scores, paired differences, states. */
export function markdownReport(
  { summary, manifest }: Pick<RunView, 'manifest' | 'summary'>,
  { gates = [], chosen }: ReportOptions = {},
): string {
  const part = (title: string, text: string) => (text === '' ? [] : [`#### ${title}`, text]);
  const someUnscored = summary.models.some((model) =>
    SAMPLE_STATES.some((state) => state !== 'scored' && model.states[state] > 0),
  );
  return `${[
    `### ${markdownText(verdictOf(summary).headline)}`,
    ...part('Gates', gates.map(gateLine).join('\n')),
    ...part('Chosen', chosen === undefined ? '' : `${markdownCode(chosen.model)}: ${markdownText(chosen.reason)}`),
    ...part('Scores', scoresTable(summary)),
    ...part(
      'Paired differences',
      summary.comparisons.length > 0 ? pairsTable(summary.comparisons, pairConfidence(summary)) : '',
    ),
    ...part('How the samples ended', someUnscored ? statesTable(summary) : ''),
    `${markdownText(summary.dataset.name)}, ${formatCount(summary.dataset.samples)} samples, seed ${summary.seed}, run ${markdownCode(manifest.run)}`,
  ].join('\n\n')}\n`;
}

/** Two runs held against each other, as a comment on a pull request: verdict, gates, paired differences. */
export function markdownComparison(
  { baseline, candidate }: { readonly baseline: string; readonly candidate: string },
  comparisons: readonly Comparison[],
  { gates = [] }: ReportOptions = {},
): string {
  return `${[
    `### ${markdownText(comparisonHeadline(comparisons))}`,
    ...(gates.length === 0 ? [] : ['#### Gates', gates.map(gateLine).join('\n')]),
    pairsTable(comparisons),
    `candidate run ${markdownCode(candidate)}, baseline run ${markdownCode(baseline)}`,
  ].join('\n\n')}\n`;
}

function comparisonHeadline(comparisons: readonly Comparison[]): string {
  const [first] = comparisons;
  if (first === undefined) return 'nothing to compare';
  const names = first.candidate === first.baseline ? 'the candidate' : first.candidate;
  const other = first.candidate === first.baseline ? 'the baseline' : first.baseline;
  const count = (verdict: Comparison['verdict']) => comparisons.filter((each) => each.verdict === verdict).length;
  const found = (['worse', 'better'] as const).filter((verdict) => count(verdict) > 0);
  if (found.length === 0) return `${names} and ${other} cannot be told apart on ${scoresOf(comparisons.length)}`;
  const parts = found.map((verdict) => `${verdict} on ${count(verdict)}`);
  return `${names} is ${parts.join(' and ')} of ${scoresOf(comparisons.length)} than ${other}`;
}

function scoresOf(count: number): string {
  return count === 1 ? 'the one score' : `${formatCount(count)} scores`;
}

export function writeMarkdown(run: RunView, file: string, options: ReportOptions = {}): Promise<Written> {
  return writeTextFiles((open) => open(file).write(markdownReport(run, options)));
}
