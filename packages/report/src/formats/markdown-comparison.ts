import type { CategoryComparison, Comparison, ScoreRanking } from '@assay/core';
import { formatCount, formatDifference, formatPValue, formatScore } from '../wording/format-number.ts';
import { comparisonVerdict, pairsNote, shownPValue } from '../wording/pair-words.ts';
import { markdownGate, markdownPairs, markdownTable } from './markdown-tables.ts';
import { markdownCode, markdownText } from './markdown-text.ts';
import type { ReportOptions } from './report-options.ts';

export interface MarkdownComparisonOptions extends Pick<ReportOptions, 'gates'> {
  /** What a reader should know of the comparison, in words. */
  readonly notes?: readonly string[];
  /** Of every score and category; those that tell are shown. */
  readonly categories?: readonly CategoryComparison[];
  /** The samples that moved most, by `algorithm.score`. */
  readonly changed?: readonly {
    readonly score: string;
    readonly samples: readonly {
      readonly index: number;
      readonly input: string;
      readonly from: number;
      readonly to: number;
    }[];
  }[];
}

/** Characters of a changed sample's input that are shown. */
const SHOWN_INPUT = 100;

/** Two runs held against each other, as a comment on a pull request: verdict, gates, paired differences, what changed. */
export function markdownComparison(
  { baseline, candidate }: { readonly baseline: string; readonly candidate: string },
  comparisons: readonly Comparison[],
  { gates = [], notes = [], categories = [], changed = [] }: MarkdownComparisonOptions = {},
): string {
  return `${[
    `### ${markdownText(comparisonHeadline(comparisons))}`,
    ...notes.map(markdownText),
    ...(gates.length === 0 ? [] : ['#### Gates', gates.map(markdownGate).join('\n')]),
    markdownPairs(comparisons),
    ...(comparisons.length === 0 ? [] : [markdownText(pairsNote(comparisons))]),
    ...categoryPart(categories),
    ...changedPart(changed),
    `candidate run ${markdownCode(candidate)}, baseline run ${markdownCode(baseline)}`,
  ].join('\n\n')}\n`;
}

/** Three sides or more as a comment on a pull request: a ranking for each score, gates, every pair. */
export function markdownRanking(
  sides: readonly { readonly label: string; readonly run: string }[],
  rankings: readonly ScoreRanking[],
  comparisons: readonly Comparison[],
  { gates = [], notes = [] }: Pick<MarkdownComparisonOptions, 'gates' | 'notes'> = {},
): string {
  const rows = rankings.flatMap(({ algorithm, score, ranks }) =>
    ranks.map(({ model, best, worst, value, n }) => [
      markdownCode(`${algorithm}.${score}`),
      best === worst ? String(best) : `${best}–${worst}`,
      markdownCode(model),
      value === null ? '–' : formatScore(value),
      formatCount(n),
    ]),
  );
  return `${[
    `### ${formatCount(sides.length)} models ranked by paired comparisons`,
    ...notes.map(markdownText),
    ...(gates.length === 0 ? [] : ['#### Gates', gates.map(markdownGate).join('\n')]),
    markdownTable(
      [
        ['score', 'left'],
        ['rank', 'right'],
        ['model', 'left'],
        ['value', 'right'],
        ['n', 'right'],
      ],
      rows,
    ),
    '#### Each pair',
    markdownPairs(comparisons),
    ...(comparisons.length === 0 ? [] : [markdownText(pairsNote(comparisons))]),
    sides.map(({ label, run }) => `${markdownCode(label)} of run ${markdownCode(run)}`).join(', '),
  ].join('\n\n')}\n`;
}

function categoryPart(categories: readonly CategoryComparison[]): string[] {
  if (categories.length === 0) return [];
  const told = categories.filter(({ verdict }) => verdict !== 'cannot tell' && verdict !== null);
  const rows = told.map((row) => [
    markdownCode(`${row.algorithm}.${row.score}`),
    markdownCode(row.category),
    formatDifference(row.difference),
    formatPValue(shownPValue(row)),
    formatCount(row.n),
    `**${comparisonVerdict(row)}**`,
  ]);
  const open = categories.length - told.length;
  return [
    '#### By category',
    ...(told.length === 0
      ? []
      : [
          markdownTable(
            [
              ['score', 'left'],
              ['category', 'left'],
              ['difference', 'right'],
              ['adjusted', 'right'],
              ['n', 'right'],
              ['verdict', 'left'],
            ],
            rows,
          ),
        ]),
    ...(open === 0 ? [] : [`In ${formatCount(open)} of ${formatCount(categories.length)} these samples cannot tell.`]),
  ];
}

function changedPart(changed: NonNullable<MarkdownComparisonOptions['changed']>): string[] {
  if (changed.length === 0) return [];
  const rows = changed.flatMap(({ score, samples }) =>
    samples.map(({ index, input, from, to }) => [
      markdownCode(score),
      `${index}`,
      `${formatScore(from)} → ${formatScore(to)}`,
      markdownText(input.slice(0, SHOWN_INPUT)),
    ]),
  );
  return [
    '#### Changed most',
    markdownTable(
      [
        ['score', 'left'],
        ['sample', 'right'],
        ['change', 'right'],
        ['input', 'left'],
      ],
      rows,
    ),
  ];
}

function comparisonHeadline(comparisons: readonly Comparison[]): string {
  const [first] = comparisons;
  if (first === undefined) return 'nothing to compare';
  const judged = comparisons.filter(({ verdict }) => verdict !== null);
  const names = first.candidate === first.baseline ? 'the candidate' : first.candidate;
  const other = first.candidate === first.baseline ? 'the baseline' : first.baseline;
  const count = (verdict: Comparison['verdict']) => judged.filter((each) => each.verdict === verdict).length;
  const found = (['worse', 'better'] as const).filter((verdict) => count(verdict) > 0);
  if (found.length > 0) {
    if (judged.length === 1) return `${names} is ${found[0]} than ${other} on the one score`;
    const parts = found.map((verdict) => `${verdict} on ${count(verdict)}`);
    return `${names} is ${parts.join(' and ')} of ${scoresOf(judged.length)} than ${other}`;
  }
  if (judged.length > 0 && count('equivalent') === judged.length)
    return `${names} and ${other} are equivalent on ${scoresOf(judged.length)}`;
  if (judged.length > 0 && count('equivalent') + count('not worse') === judged.length)
    return `${names} is not worse than ${other} on ${scoresOf(judged.length)}`;
  return `${names} and ${other} cannot be told apart on ${scoresOf(judged.length)}`;
}

function scoresOf(count: number): string {
  return count === 1 ? 'the one score' : `${formatCount(count)} scores`;
}
