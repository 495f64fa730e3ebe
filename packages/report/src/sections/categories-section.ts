import type { CategoryComparison, ScoreSummary, Summary } from '@assay/core';
import { axisChart, whiskerChart } from '../charts/whisker-chart.ts';
import { groupBy } from '../collections/group-by.ts';
import { type Html, html } from '../page/html.ts';
import { formatCount, formatDifference, formatScore } from '../wording/format-number.ts';
import { comparisonVerdict } from '../wording/pair-words.ts';
import { modelName, narrowMark } from './model-name.ts';
import { directionText, scaleOf } from './scores-section.ts';

/** Categories drawn per score; a dataset may have thousands. */
const MOST = 40;

function categoryTable(
  scores: readonly ScoreSummary[],
  models: ReadonlyMap<string, number>,
  pairs: ReadonlyMap<string | null, CategoryComparison>,
  open: boolean,
): Html {
  const [first] = scores;
  if (first === undefined) return html``;
  const scale = scaleOf(scores);
  const all = [...groupBy(scores, (score) => score.category ?? '')];
  const largest = all.toSorted((a, b) => (b[1][0]?.n ?? 0) - (a[1][0]?.n ?? 0)).slice(0, MOST);
  const names = [...new Set(scores.map((score) => score.model))];
  const row = ([category, group]: (typeof all)[number]) => html`<tr><th scope="row"><bdi>${category}</bdi></th>
${names.map((name) => html`<td class="number">${narrowMark(models.get(name) ?? 0)}${formatScore(group.find((score) => score.model === name)?.value ?? null)}</td>`)}
<td class="plot">${whiskerChart(
    group.flatMap((score) =>
      score.value === null
        ? []
        : [{ value: score.value, interval: score.interval, model: models.get(score.model) ?? 0 }],
    ),
    scale,
  )}</td><td class="number" data-label="samples">${formatCount(Math.max(...group.map((score) => score.n)))}</td>${pairs.size > 0 && pairCell(pairs.get(category))}</tr>`;
  return html`<details${open ? html` open` : ''}><summary><span class="of">${first.algorithm}</span> ${first.score} <small>${directionText(first.spec.better)}</small></summary>
<table class="figures"><thead><tr><th scope="col">Category</th>${names.map((name) => html`<th scope="col" class="number">${modelName(name, models.get(name) ?? 0)}</th>`)}<td></td><th scope="col" class="number">Samples</th>${pairs.size > 0 && html`<th scope="col">Paired verdict</th>`}</tr></thead>
<tbody>${largest.map(row)}<tr class="axis" aria-hidden="true"><td colspan="${names.length + 1}"></td><td class="plot">${axisChart(scale)}</td><td colspan="2"></td></tr></tbody></table>
${all.length > MOST && html`<p class="note">The ${MOST} largest of ${formatCount(all.length)} categories; the others are in summary.json.</p>`}</details>`;
}

function pairCell(pair: CategoryComparison | undefined): Html {
  if (pair === undefined || pair.n === 0 || pair.verdict === null) return html`<td></td>`;
  const { verdict, difference } = pair;
  return html`<td class="verdict-word ${verdict.replace(' ', '-')}">${comparisonVerdict(pair)}<small>${formatDifference(difference)}</small></td>`;
}

/** Each score by category, the models side by side, with the verdict on each where there is one; the first stands open. */
export function categoriesSection(
  summary: Summary,
  models: ReadonlyMap<string, number>,
  pairs: readonly CategoryComparison[] = [],
): Html | null {
  const scores = summary.scores.filter((score) => score.category !== null);
  if (scores.length === 0) return null;
  const groups = [...groupBy(scores, (score) => `${score.algorithm}\n${score.score}`).values()];
  return html`<section id="categories" aria-labelledby="categories-title"><h2 id="categories-title">By category</h2>
${groups.map((group, i) => {
  const { algorithm, score } = group[0]!;
  const own = pairs.filter((pair) => pair.algorithm === algorithm && pair.score === score);
  return categoryTable(group, models, new Map(own.map((pair) => [pair.category, pair])), i === 0);
})}
${pairs.length > 0 && html`<p class="note">The last column pairs the samples of each category: ${pairs[0]!.candidate} against ${pairs[0]!.baseline}, over all categories and scores at a false discovery rate of 5 % (Benjamini-Hochberg).</p>`}</section>`;
}
