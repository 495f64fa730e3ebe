import { formatCount, formatInterval, formatScore, type Html, html } from 'assay/internal/report';
import { type HistoryPoint, type HistoryRow, type ScoreTrend, trendsOf } from '../runs/score-history.ts';

const WIDTH = 240;

/** A form that chooses score, model, dataset and date, and the trends that it chose. */
export function historyPage(rows: readonly HistoryRow[], query: URLSearchParams): Html {
  if (rows.length === 0) return html`<p>No finished run has a score yet.</p>`;
  const asked = (name: string) => query.get(name) || undefined;
  const day = /^\d{4}-\d\d-\d\d$/.exec(asked('since') ?? '')?.[0];
  const since = day === undefined || Number.isNaN(Date.parse(day)) ? undefined : new Date(day);
  const chosen = { score: asked('score'), model: asked('model'), dataset: asked('dataset') };
  const trends = trendsOf(rows, { ...chosen, since });
  const names = (of: (row: HistoryRow) => string) => [...new Set(rows.map(of))].sort();
  return html`<form action="history" class="toolbar">
${choice(
  'score',
  'first of each algorithm',
  names(({ algorithm, score }) => `${algorithm}.${score}`),
  chosen.score,
)}
${choice(
  'model',
  'all',
  names(({ model }) => model),
  chosen.model,
)}
${choice(
  'dataset',
  'all',
  names(({ dataset }) => dataset),
  chosen.dataset,
)}
<label>since <input type="date" name="since" value="${since === undefined ? '' : day}"></label> <button>Show</button></form>
${trends.length === 0 ? html`<p>No finished run has such a score.</p>` : trendTables(trends)}`;
}

function choice(name: string, any: string, values: readonly string[], chosen: string | undefined): Html {
  return html`<label>${name} <select name="${name}"><option value="">${any}</option>${values.map(
    (value) => html`<option value="${value}"${value === chosen ? html` selected` : ''}>${value}</option>`,
  )}</select></label>`;
}

/** Each trend as a table with its intervals drawn on one scale. */
function trendTables(trends: readonly ScoreTrend[]): Html {
  return html`${trends.map(({ dataset, model, score, signature, isRescored, points }) => {
    const ends = points.flatMap(({ value, interval }) => interval ?? [value]);
    const [from, to] = [Math.min(...ends), Math.max(...ends)];
    return html`<section><h2>${score}</h2><p>${model} on ${dataset}${isRescored && html`<br><small>scored by other settings than before: ${signature}</small>`}</p>
<table class="plain"><thead><tr><th>Run</th><th class="num">Value</th><th class="num">95 % interval</th><th class="num">Samples</th><td></td><th>Against the run before</th></tr></thead>
<tbody>${points.map(
      (
        point,
      ) => html`<tr><th scope="row"><a href="runs/${encodeURIComponent(point.run)}/report.html">${point.run}</a></th>
<td class="num">${formatScore(point.value)}</td><td class="num">${formatInterval(point.interval)}</td><td class="num" data-label="samples">${formatCount(point.n)}</td>
<td class="plot">${whisker(point, from, to)}</td><td>${point.change}</td></tr>`,
    )}</tbody></table></section>`;
  })}
<p><small>Two runs whose intervals overlap are not called different here; the paired test under Compare sees smaller changes.</small></p>`;
}

function whisker({ value, interval }: HistoryPoint, from: number, to: number): Html {
  const place = (x: number): number => 6 + (to > from ? (x - from) / (to - from) : 0.5) * (WIDTH - 12);
  const [low, high] = interval ?? [value, value];
  return html`<svg width="${WIDTH}" height="14" role="img" aria-label="${formatInterval(interval)}"><line x1="${place(low)}" x2="${place(high)}" y1="7" y2="7" stroke="currentColor"/><circle cx="${place(value)}" cy="7" r="4" fill="currentColor"/></svg>`;
}
