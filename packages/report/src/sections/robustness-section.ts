import type { ScoreSummary, Summary } from '@assay/core';
import { declaredRange } from '../charts/declared-range.ts';
import { niceScale } from '../charts/nice-scale.ts';
import { axisChart, dropChart } from '../charts/whisker-chart.ts';
import { groupBy } from '../collections/group-by.ts';
import { type Html, html } from '../page/html.ts';
import { formatInterval, formatScore } from '../wording/format-number.ts';
import { modelName } from './model-name.ts';

const PREFIX = 'delta_';

/** A score and its mean change when the input is perturbed. */
interface Perturbed {
  readonly delta: ScoreSummary;
  readonly base: ScoreSummary | null;
}

function perturbedScores(summary: Summary): Perturbed[] {
  const overall = summary.scores.filter((score) => score.category === null);
  return overall
    .filter((score) => score.score.startsWith(PREFIX))
    .map((delta) => {
      const candidates = overall.filter(
        (score) => score.model === delta.model && score.score === delta.score.slice(PREFIX.length),
      );
      return { delta, base: candidates.find((score) => score.algorithm === delta.algorithm) ?? candidates[0] ?? null };
    });
}

/** Where the score would stand after a change of the mean size, to the worse. */
function worst({ delta, base }: Perturbed): number | null {
  if (base?.value == null || delta.value === null) return null;
  return base.spec.better === 'lower' ? base.value + delta.value : base.value - delta.value;
}

function perturbedTable(group: readonly Perturbed[], models: ReadonlyMap<string, number>): Html {
  const first = group[0]!;
  const values = group.flatMap((each) => [each.base?.value ?? [], worst(each) ?? []].flat());
  const scale = niceScale(values, declaredRange((first.base ?? first.delta).spec), group.length > 1);
  return html`<table class="figures"><caption><span class="of">${first.delta.algorithm}</span> ${first.delta.score.slice(PREFIX.length)}</caption>
<thead><tr><th scope="col">Model</th><th scope="col" class="number">Unperturbed</th><th scope="col" class="number">Mean change</th><th scope="col" class="number">Interval</th><td></td></tr></thead>
<tbody>${group.map((each) => {
    const model = models.get(each.delta.model) ?? 0;
    const from = each.base?.value ?? null;
    const to = worst(each);
    return html`<tr><th scope="row">${modelName(each.delta.model, model)}</th><td class="number" data-label="unperturbed">${formatScore(from)}</td>
<td class="number value" data-label="mean change">${formatScore(each.delta.value)}</td><td class="number">${formatInterval(each.delta.interval)}</td>
<td class="plot">${from !== null && to !== null && dropChart({ from, to, model }, scale)}</td></tr>`;
  })}<tr class="axis" aria-hidden="true"><td colspan="4"></td><td class="plot">${axisChart(scale)}</td></tr></tbody></table>`;
}

/** The score against perturbation: each `delta_` score beside the score that it changes. */
export function robustnessSection(summary: Summary, models: ReadonlyMap<string, number>): Html | null {
  const all = perturbedScores(summary);
  if (all.length === 0) return null;
  return html`<section id="robustness" aria-labelledby="robustness-title"><h2 id="robustness-title">Robustness</h2>
${[...groupBy(all, ({ delta }) => `${delta.algorithm}\n${delta.score}`).values()].map((group) => perturbedTable(group, models))}
<p class="note">The line runs from the score on the inputs as they are to the score less its mean change under small changes to the input.</p></section>`;
}
