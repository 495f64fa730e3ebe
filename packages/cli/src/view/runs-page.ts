import { formatCount, formatInterval, formatScore, type Html, html } from 'assay/internal/report';
import type { RunOverview } from '../runs/run-catalogue.ts';
import { mainScores } from '../runs/score-history.ts';

/** Every run with its main scores; the part of the page that is fetched again. */
export function runsTable(runs: readonly RunOverview[], damaged: ReadonlyMap<string, string> = new Map()): Html {
  if (runs.length === 0 && damaged.size === 0)
    return html`<p>No runs yet. Start one with <code>assay run CONFIG</code>.</p>`;
  return html`<table class="plain"><thead><tr><th>Run</th><th>Dataset</th><th>State</th><th>Main scores</th></tr></thead>
<tbody>${runs.map(
    (
      run,
    ) => html`<tr data-state="${run.state}"><th scope="row">${nameOf(run)}<br><small>${run.manifest.createdAt.slice(0, 16).replace('T', ' ')} UTC</small></th>
<td>${run.manifest.dataset.name}</td><td>${stateOf(run)}</td><td>${scoresOf(run)}</td></tr>`,
  )}${[...damaged].map(
    ([name, why]) =>
      html`<tr data-state="damaged"><th scope="row">${name}</th><td></td><td>damaged</td><td><small>${why}</small></td></tr>`,
  )}</tbody></table>`;
}

function nameOf({ name, summary }: RunOverview): Html {
  return summary === null ? html`${name}` : html`<a href="runs/${encodeURIComponent(name)}/report.html">${name}</a>`;
}

function stateOf({ state, done, total }: RunOverview): Html {
  if (state === 'finished') return html`finished`;
  return html`${state}<br><progress max="${Math.max(1, total)}" value="${Math.min(done, total)}"></progress><br><small>${formatCount(done)} of ${formatCount(total)}</small>`;
}

function scoresOf({ summary, manifest, scores }: RunOverview): Html {
  if (summary === null && scores.length === 0)
    return html`<small>${manifest.models.map(({ name }) => name).join(', ')}</small>`;
  if (summary === null) {
    return html`${scores.map(
      ({ model, algorithm, score, n, mean }) =>
        html`<div>${formatScore(mean)} <small>so far · n ${formatCount(n)}</small> ${algorithm}.${score} <small>${model}</small></div>`,
    )}`;
  }
  return html`${mainScores(summary.scores).map(
    ({ model, algorithm, score, value, interval, n }) =>
      html`<div>${formatScore(value)} <small>${formatInterval(interval)} · n ${formatCount(n)}</small> ${algorithm}.${score} <small>${model}</small></div>`,
  )}`;
}
