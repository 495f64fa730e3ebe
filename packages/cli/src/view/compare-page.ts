import {
  type Comparison,
  comparableScores,
  compareModels,
  gatherScores,
  type ModelScores,
  mostChanged,
  type RunView,
  readRun,
} from '@assay/core';
import { formatCount, formatDifference, formatInterval, formatScore, type Html, html } from '@assay/report';
import type { RunOverview } from '../runs/run-catalogue.ts';

/** One side of a comparison: a model of a finished run. */
interface Side {
  readonly value: string;
  readonly run: RunOverview;
  readonly model: string;
}

/** Chooses two sides and compares them by their samples, as `assay compare` does. */
export async function comparePage(runs: readonly RunOverview[], query: URLSearchParams): Promise<Html> {
  const sides = runs.flatMap((run) =>
    (run.summary?.models ?? []).map(
      ({ name }): Side => ({ value: JSON.stringify([run.name, name]), run, model: name }),
    ),
  );
  if (sides.length < 2) return html`<p>Two finished runs, or one with two models, are needed for a comparison.</p>`;
  const chosen = (name: string): Side | undefined => sides.find(({ value }) => value === query.get(name));
  const baseline = chosen('baseline') ?? sides[1]!;
  const candidate = chosen('candidate') ?? sides[0]!;
  const asked = query.has('baseline');
  return html`<form action="compare"><p><label>baseline ${selection('baseline', sides, baseline)}</label></p>
<p><label>candidate ${selection('candidate', sides, candidate)}</label></p><p><button>Compare</button></p></form>
${asked && (await result(baseline, candidate))}`;
}

function selection(name: string, sides: readonly Side[], chosen: Side): Html {
  return html`<select name="${name}">${sides.map(
    (side) =>
      html`<option value="${side.value}"${side === chosen ? html` selected` : ''}>${side.run.name} – ${side.model}</option>`,
  )}</select>`;
}

async function result(baseline: Side, candidate: Side): Promise<Html> {
  const after = await readRun(candidate.run.folder);
  const before = baseline.run === candidate.run ? after : await readRun(baseline.run.folder);
  const newer = await scoresOf(after, candidate.model);
  const older = await scoresOf(before === after ? await readRun(baseline.run.folder) : before, baseline.model);
  if (newer === undefined || older === undefined) return html`<p>One of the two has no scored sample.</p>`;
  const comparisons = compareModels(older, newer, comparableScores(after.summary.scores));
  if (comparisons.every(({ n }) => n === 0)) return html`<p>The two have no sample in common.</p>`;
  return html`<table><thead><tr><th>score</th><th>difference</th><th>interval</th><th>n</th><th>verdict</th></tr></thead>
<tbody>${comparisons.map(
    ({
      algorithm,
      score,
      difference,
      interval,
      n,
      verdict,
      reason,
    }) => html`<tr><th scope="row">${algorithm}.${score}</th>
<td>${formatDifference(difference)}</td><td>${formatInterval(interval)}</td><td>${formatCount(n)}</td><td>${verdict}<br><small>${reason}</small></td></tr>`,
  )}</tbody></table>${changes(older, newer, comparisons)}`;
}

async function scoresOf(run: RunView, model: string): Promise<ModelScores | undefined> {
  return (await gatherScores(run.rows)).get(model);
}

function changes(before: ModelScores, after: ModelScores, [first]: readonly Comparison[]): Html | null {
  if (first === undefined) return null;
  const changed = mostChanged(before, after, `${first.algorithm}.${first.score}`, 10);
  if (changed.length === 0) return null;
  return html`<section><h2>Changed most in ${first.algorithm}.${first.score}</h2><table><tbody>${changed.map(
    ({ index, input, from, to }) =>
      html`<tr><th scope="row">#${index}</th><td>${formatScore(from)} → ${formatScore(to)}</td><td>${input.slice(0, 200)}</td></tr>`,
  )}</tbody></table></section>`;
}
