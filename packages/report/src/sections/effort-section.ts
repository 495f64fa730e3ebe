import type { Summary } from '@assay/core';
import { type Html, html } from '../page/html.ts';
import { formatCount, formatMilliseconds } from '../wording/format-number.ts';
import { modelName } from './model-name.ts';

/** Time and tokens by model. */
export function effortSection(summary: Summary, models: ReadonlyMap<string, number>): Html {
  const { timing } = summary;
  const time = (ms: number | undefined) => (ms === undefined ? '–' : formatMilliseconds(ms));
  return html`<section id="effort" aria-labelledby="effort-title"><h2 id="effort-title">Time and tokens</h2>
<table class="figures"><thead><tr><th scope="col">Model</th><th scope="col" class="number">Median answer</th><th scope="col" class="number">95th percentile</th><th scope="col" class="number">Mean</th><th scope="col" class="number">Tokens in</th><th scope="col" class="number">Tokens out</th><th scope="col" class="number">Out per second</th></tr></thead>
<tbody>${summary.models.map(({ name, promptTokens, newTokens }) => {
    const latency = timing.latencyMs[name];
    const rate = timing.newTokensPerSecond[name];
    return html`<tr><th scope="row">${modelName(name, models.get(name) ?? 0)}</th><td class="number" data-label="median">${time(latency?.p50)}</td><td class="number" data-label="95th percentile">${time(latency?.p95)}</td><td class="number" data-label="mean">${time(latency?.mean)}</td>
<td class="number" data-label="tokens in">${formatCount(promptTokens)}</td><td class="number" data-label="tokens out">${formatCount(newTokens)}</td><td class="number" data-label="out per second">${rate === undefined ? '–' : rate.toFixed(1)}</td></tr>`;
  })}</tbody></table>
<p class="note">The run took ${formatMilliseconds(timing.elapsedMs)}. An answer’s time runs from its admission to its end, waiting in a batch included.</p></section>`;
}
