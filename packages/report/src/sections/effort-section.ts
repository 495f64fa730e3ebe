import { formatAmount, type ModelCost, runCosts, type Summary } from '@assay/core';
import { type Html, html } from '../page/html.ts';
import { codeSpans } from '../text/code-spans.ts';
import { formatCount, formatMilliseconds } from '../wording/format-number.ts';
import { modelName } from './model-name.ts';

function costCell(cost: ModelCost | undefined): string {
  if (cost === undefined || cost.amount === null || cost.currency === null) return 'unknown';
  return `${cost.currency}\u00a0${formatAmount(cost.amount)}`;
}

/** How the cost came about: where prices were given, and of which model they were not. */
function costNote(costs: readonly ModelCost[]): string {
  const known = costs.filter(({ amount }) => amount !== null);
  const missing = costs.filter(({ amount }) => amount === null).map(({ reason }) => reason);
  const why = missing.length === 0 ? '' : ` Unknown: ${[...new Set(missing)].join('; ')}.`;
  const how =
    'Costs are estimates: tokens by the prices of the config, answers from the cache included, helpers and judges not.';
  return `${known.length > 0 ? how : ''}${why}`.trim();
}

/** Time, tokens and cost by model. */
export function effortSection(
  summary: Summary,
  models: ReadonlyMap<string, number>,
  costs: readonly ModelCost[] = runCosts(summary, undefined),
): Html {
  const costOf = new Map(costs.map((cost) => [cost.model, cost]));
  const { timing } = summary;
  const time = (ms: number | undefined) => (ms === undefined ? '–' : formatMilliseconds(ms));
  return html`<section id="effort" aria-labelledby="effort-title"><h2 id="effort-title">Time, tokens and cost</h2>
<table class="figures"><thead><tr><th scope="col">Model</th><th scope="col" class="number">Median answer</th><th scope="col" class="number">95th percentile</th><th scope="col" class="number">Mean</th><th scope="col" class="number">Tokens in</th><th scope="col" class="number">Tokens out</th><th scope="col" class="number">Out per second</th><th scope="col" class="number">Cost</th></tr></thead>
<tbody>${summary.models.map(({ name, promptTokens, newTokens }) => {
    const latency = timing.latencyMs[name];
    const rate = timing.newTokensPerSecond[name];
    return html`<tr><th scope="row">${modelName(name, models.get(name) ?? 0)}</th><td class="number" data-label="median">${time(latency?.p50)}</td><td class="number" data-label="95th percentile">${time(latency?.p95)}</td><td class="number" data-label="mean">${time(latency?.mean)}</td>
<td class="number" data-label="tokens in">${formatCount(promptTokens)}</td><td class="number" data-label="tokens out">${formatCount(newTokens)}</td><td class="number" data-label="out per second">${rate === undefined ? '–' : rate.toFixed(1)}</td><td class="number" data-label="cost">${costCell(costOf.get(name))}</td></tr>`;
  })}</tbody></table>
<p class="note">The run took ${formatMilliseconds(timing.elapsedMs)}. An answer’s time runs from its admission to its end, waiting in a batch included. ${codeSpans(costNote(costs))}</p></section>`;
}
