import type { ScoreSummary, Summary } from '@assay/core';
import { histogramChart } from '../charts/histogram-chart.ts';
import { groupBy } from '../collections/group-by.ts';
import { type Html, html } from '../page/html.ts';
import { formatCount, formatScore } from '../wording/format-number.ts';
import { modelName } from './model-name.ts';

function describe({ histogram, model, score }: ScoreSummary): string {
  if (histogram === null) return '';
  const width = (histogram.to - histogram.from) / histogram.counts.length;
  const bins = histogram.counts.flatMap((count, i) =>
    count === 0
      ? []
      : [
          `${formatCount(count)} from ${formatScore(histogram.from + i * width)} to ${formatScore(histogram.from + (i + 1) * width)}`,
        ],
  );
  return `${score} of ${model}: ${bins.join(', ')}`;
}

/** `0`, `1`, `0.25`: the ends of an axis. */
function formatEnd(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function figureOf(score: ScoreSummary, model: number, most: number): Html | null {
  const { histogram } = score;
  if (histogram === null) return null;
  return html`<figure><figcaption>${modelName(score.model, model)}</figcaption>
<div role="img" aria-label="${describe(score)}">${histogramChart(histogram, model, most)}</div>
<div class="ends" aria-hidden="true"><span>${formatEnd(histogram.from)}</span><span>${formatEnd(histogram.to)}</span></div></figure>`;
}

/** How each score spreads over the samples. Scores of only 0 and 1 are left out: their mean says it all. */
export function distributionsSection(summary: Summary, models: ReadonlyMap<string, number>): Html | null {
  const scores = summary.scores.filter(
    (score) => score.category === null && score.histogram !== null && score.spec.kind !== 'binary',
  );
  if (scores.length === 0) return null;
  return html`<section id="distributions" aria-labelledby="distributions-title"><h2 id="distributions-title">Distributions</h2>
${[...groupBy(scores, (score) => `${score.algorithm}\n${score.score}`).values()].map((group) => {
  const most = Math.max(...group.flatMap((score) => score.histogram?.counts ?? []));
  return html`<div class="distribution"><h3><span class="of">${group[0]?.algorithm}</span> ${group[0]?.score}</h3>
<div class="figures-row">${group.map((score) => figureOf(score, models.get(score.model) ?? 0, most))}</div></div>`;
})}
<p class="note">Samples in 20 equal bins; charts of one score share their height.</p></section>`;
}
