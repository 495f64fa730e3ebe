import { formatCount, formatInterval, formatScore, type Html, html } from '@assay/report';
import type { HistoryPoint, ScoreTrend } from '../runs/score-history.ts';

const WIDTH = 240;

/** Each trend as a table with its intervals drawn on one scale. */
export function historyPage(trends: readonly ScoreTrend[]): Html {
  if (trends.length === 0) return html`<p>No finished run has a score yet.</p>`;
  return html`${trends.map(({ dataset, model, score, signature, isRescored, points }) => {
    const ends = points.flatMap(({ value, interval }) => interval ?? [value]);
    const [from, to] = [Math.min(...ends), Math.max(...ends)];
    return html`<section><h2>${score}</h2><p>${model} on ${dataset}${isRescored && html`<br><small>scored by other settings than before: ${signature}</small>`}</p>
<table><thead><tr><th>run</th><th>value</th><th>interval</th><th>n</th><td></td><th>against the run before</th></tr></thead>
<tbody>${points.map(
      (
        point,
      ) => html`<tr><th scope="row"><a href="runs/${encodeURIComponent(point.run)}/report.html">${point.run}</a></th>
<td>${formatScore(point.value)}</td><td>${formatInterval(point.interval)}</td><td>${formatCount(point.n)}</td>
<td>${whisker(point, from, to)}</td><td>${point.change}</td></tr>`,
    )}</tbody></table></section>`;
  })}
<p><small>Two runs whose intervals overlap are not called different here; the paired test under Compare sees smaller changes.</small></p>`;
}

function whisker({ value, interval }: HistoryPoint, from: number, to: number): Html {
  const place = (x: number): number => 6 + (to > from ? (x - from) / (to - from) : 0.5) * (WIDTH - 12);
  const [low, high] = interval ?? [value, value];
  return html`<svg width="${WIDTH}" height="14" role="img" aria-label="${formatInterval(interval)}"><line x1="${place(low)}" x2="${place(high)}" y1="7" y2="7" stroke="currentColor"/><circle cx="${place(value)}" cy="7" r="4" fill="currentColor"/></svg>`;
}
