import type { ScoreSpec, ScoreSummary, Summary } from '@assay/core';
import { declaredRange } from '../charts/declared-range.ts';
import { niceScale, type Scale } from '../charts/nice-scale.ts';
import { axisChart, whiskerChart } from '../charts/whisker-chart.ts';
import { groupBy } from '../collections/group-by.ts';
import { type Html, html } from '../page/html.ts';
import { intervalMethods, intervalTitle } from '../wording/confidence.ts';
import { formatCount, formatInterval, formatScore } from '../wording/format-number.ts';
import { modelName } from './model-name.ts';

/** `higher is better`, in the words of a table. */
export function directionText(better: ScoreSpec['better']): string {
  return typeof better === 'string' ? `${better} is better` : `best at ${formatScore(better.target)}`;
}

/** One scale for a set of scores: their values, and their intervals. */
export function scaleOf(scores: readonly ScoreSummary[]): Scale {
  const values = scores.flatMap((score) => (score.value === null ? [] : [score.value, ...(score.interval ?? [])]));
  return niceScale(values, scores[0] === undefined ? [0, 1] : declaredRange(scores[0].spec), scores.length > 1);
}

function unscoredText(score: ScoreSummary): string {
  return Object.entries(score.unscored)
    .map(([reason, count]) => `${formatCount(count)} without: ${reason.replaceAll('_', ' ')}`)
    .join(', ');
}

function scoreRow(score: ScoreSummary, model: number, scale: Scale): Html {
  const whiskers = score.value === null ? [] : [{ value: score.value, interval: score.interval, model }];
  return html`<tr><th scope="row">${modelName(score.model, model)}</th>
<td class="number value">${formatScore(score.value)}</td><td class="number">${formatInterval(score.interval)}</td>
<td class="plot">${whiskerChart(whiskers, scale)}</td>
<td class="number" data-label="samples">${formatCount(score.n)}${Object.keys(score.unscored).length > 0 && html`<small>${unscoredText(score)}</small>`}</td></tr>`;
}

function scoreBody(scores: readonly ScoreSummary[], models: ReadonlyMap<string, number>): Html {
  const [first] = scores;
  if (first === undefined) return html``;
  const scale = scaleOf(scores);
  return html`<tbody><tr class="score"><th colspan="5" scope="rowgroup">${first.score}
<small>${first.spec.summary} <span class="direction">${directionText(first.spec.better)}</span></small></th></tr>
${scores.map((score) => scoreRow(score, models.get(score.model) ?? 0, scale))}
<tr class="axis" aria-hidden="true"><td colspan="3"></td><td class="plot">${axisChart(scale)}</td><td></td></tr></tbody>`;
}

/** Models × scores over all samples, each with its interval as figures and as a whisker. */
export function scoresSection(summary: Summary, models: ReadonlyMap<string, number>): Html {
  const overall = summary.scores.filter((score) => score.category === null);
  const withInterval = overall.filter(({ interval }) => interval !== null);
  const methods = intervalMethods(overall);
  const algorithms = groupBy(overall, (score) => score.algorithm);
  return html`<section id="scores" aria-labelledby="scores-title"><h2 id="scores-title">Scores</h2>
${[...algorithms].map(
  ([algorithm, scores]) => html`<table class="figures"><caption>${algorithm}</caption>
<thead><tr><th scope="col">Model</th><th scope="col" class="number">Value</th><th scope="col" class="number">${intervalTitle(withInterval)}</th><td></td><th scope="col" class="number">Samples</th></tr></thead>
${[...groupBy(scores, (score) => score.score).values()].map((group) => scoreBody(group, models))}</table>`,
)}
${methods !== null && html`<p class="note">${methods}</p>`}</section>`;
}
