import { type Comparison, leftOutText, type ScoreSpec, type Summary } from '@assay/core';
import { declaredRange } from '../charts/declared-range.ts';
import { niceScale, type Scale } from '../charts/nice-scale.ts';
import { axisChart, whiskerChart } from '../charts/whisker-chart.ts';
import { groupBy } from '../collections/group-by.ts';
import { type Html, html } from '../page/html.ts';
import { formatConfidence, pairConfidence } from '../wording/confidence.ts';
import { formatCount, formatDifference, formatInterval } from '../wording/format-number.ts';
import { comparisonVerdict, pairsNote, pValueWords, shownInterval } from '../wording/pair-words.ts';
import { modelName } from './model-name.ts';

/** Drawn narrower than elsewhere: this table has more columns. */
const PLOT_WIDTH = 300;

function pairRow(comparison: Comparison, model: number, scale: Scale): Html {
  const { difference, verdict } = comparison;
  const interval = shownInterval(comparison);
  const left = leftOutText(comparison.leftOut);
  return html`<tr><th scope="row"><span class="of">${comparison.algorithm}</span> ${comparison.score}</th>
<td class="number value">${formatDifference(difference)}</td><td class="number">${formatInterval(interval)}</td>
<td class="plot">${whiskerChart([{ value: difference, interval, model }], scale, { width: PLOT_WIDTH, reference: 0 })}</td>
<td class="number p-value">${pValueWords(comparison)}<small>${formatCount(comparison.n)} pairs</small>${left !== '' && html`<small>left out: ${left}</small>`}</td>
<td class="verdict-word ${(verdict ?? 'not asked').replace(' ', '-')}">${comparisonVerdict(comparison)}${comparison.reason !== '' && html`<small>${comparison.reason}</small>`}</td></tr>`;
}

function pairTable(
  pair: readonly Comparison[],
  models: ReadonlyMap<string, number>,
  specs: ReadonlyMap<string, ScoreSpec>,
  confidence: number,
): Html {
  const [first] = pair;
  if (first === undefined) return html``;
  const model = models.get(first.candidate) ?? 0;
  // Scores of one range share a scale, so that their differences can be compared by eye.
  const byRange = groupBy(pair, (comparison) => {
    const spec = specs.get(`${comparison.algorithm}.${comparison.score}`);
    if (spec === undefined) return 'none';
    const [low, high] = declaredRange(spec);
    return String(high - low);
  });
  return html`<table class="figures pairs"><caption>${modelName(first.candidate, model)} <span class="minus">minus</span> ${modelName(first.baseline, models.get(first.baseline) ?? 0)}</caption>
<thead><tr><th scope="col">Score</th><th scope="col" class="number">Difference</th><th scope="col" class="number">${formatConfidence(confidence)} interval</th><td></td><th scope="col" class="number">p-value</th><th scope="col">Verdict</th></tr></thead>
${[...byRange].map(([range, comparisons]) => {
  const values = comparisons.flatMap((comparison) => [0, comparison.difference, ...(shownInterval(comparison) ?? [])]);
  const width = Number(range);
  const scale = niceScale(values, Number.isFinite(width) ? [-width, width] : [-Infinity, Infinity], true);
  return html`<tbody>${comparisons.map((comparison) => pairRow(comparison, model, scale))}
<tr class="axis" aria-hidden="true"><td colspan="3"></td><td class="plot">${axisChart(scale, PLOT_WIDTH)}</td><td colspan="2"></td></tr></tbody>`;
})}</table>`;
}

/** Pairs that stand open; of more, each says its outcome in a line and opens at a click. */
const OPEN_PAIRS = 3;

/** `better on 4, cannot tell on 2` */
function outcomes(pair: readonly Comparison[]): string {
  const judged = pair.filter(({ verdict }) => verdict !== null);
  return [...groupBy(judged, comparisonVerdict)].map(([verdict, own]) => `${verdict} on ${own.length}`).join(', ');
}

function foldedPair(pair: readonly Comparison[], models: ReadonlyMap<string, number>, table: Html): Html {
  const { candidate, baseline } = pair[0]!;
  return html`<details><summary>${modelName(candidate, models.get(candidate) ?? 0)} <span class="minus">minus</span> ${modelName(baseline, models.get(baseline) ?? 0)} <small>${outcomes(pair)}</small></summary>${table}</details>`;
}

/** Two models at a time on the samples that both have. */
export function pairsSection(summary: Summary, models: ReadonlyMap<string, number>): Html | null {
  if (summary.comparisons.length === 0) return null;
  const specs = new Map(summary.scores.map((score) => [`${score.algorithm}.${score.score}`, score.spec]));
  const pairs = groupBy(summary.comparisons, (comparison) => `${comparison.candidate}\n${comparison.baseline}`);
  const tests = [...new Set(summary.comparisons.map((comparison) => comparison.test))];
  return html`<section id="pairs" aria-labelledby="pairs-title"><h2 id="pairs-title">Paired differences</h2>
${[...pairs.values()].map((pair) => {
  const table = pairTable(pair, models, specs, pairConfidence(summary));
  return pairs.size > OPEN_PAIRS ? foldedPair(pair, models, table) : table;
})}
<p class="note">Each pair is one sample answered by both models. ${pairsNote(summary.comparisons)} Methods: ${tests.join('; ')}.</p></section>`;
}
