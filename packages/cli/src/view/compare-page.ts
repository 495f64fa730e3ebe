import {
  type Comparison,
  compareModels,
  gatherScores,
  leftOutText,
  pairSamples,
  readRun,
  scoredOtherwise,
  sharedScores,
} from '@assay/core';
import { formatCount, formatDifference, formatInterval, formatScore, type Html, html } from '@assay/report';
import { changedSamples, type ScoreChanges } from '../compare/changed-samples.ts';
import type { RunOverview } from '../runs/run-catalogue.ts';

/** Samples that are shown of each score. */
const SHOWN_CHANGES = 10;

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

async function result(before: Side, after: Side): Promise<Html> {
  const [older, newer] = [await readRun(before.run.folder), await readRun(after.run.folder)];
  const baseline = (await gatherScores(older.rows)).get(before.model);
  const candidate = (await gatherScores(newer.rows)).get(after.model);
  if (candidate === undefined || baseline === undefined) return html`<p>One of the two has no scored sample.</p>`;
  const scores = sharedScores([older.summary, newer.summary]);
  const pairs = pairSamples(baseline, candidate);
  const comparisons = compareModels(pairs, scores);
  if (comparisons.every(({ n }) => n === 0)) return html`<p>The two have no sample in common.</p>`;
  const notes = scores.flatMap(
    ({ algorithm, score }) => scoredOtherwise(older.summary, newer.summary, `${algorithm}.${score}`) ?? [],
  );
  const rows = async () => (await readRun(before.run.folder)).rows;
  const changed = await changedSamples(pairs, scores, SHOWN_CHANGES, rows, before.model);
  return html`${notes.map((note) => html`<p>${note}</p>`)}
<table><thead><tr><th>score</th><th>difference</th><th>interval</th><th>n</th><th>verdict</th></tr></thead>
<tbody>${comparisons.map(comparisonRow)}</tbody></table>${changed.map(changes)}`;
}

function comparisonRow(comparison: Comparison): Html {
  const { algorithm, score, difference, interval, n, verdict, reason } = comparison;
  const left = leftOutText(comparison.leftOut);
  return html`<tr><th scope="row">${algorithm}.${score}</th><td>${formatDifference(difference)}</td>
<td>${formatInterval(interval)}</td><td>${formatCount(n)}${left !== '' && html`<br><small>left out: ${left}</small>`}</td>
<td>${verdict}<br><small>${reason}</small></td></tr>`;
}

function changes({ score, samples }: ScoreChanges): Html {
  return html`<section><h2>Changed most in ${score}</h2><table><tbody>${samples.map(
    ({ index, input, from, to }) =>
      html`<tr><th scope="row">#${index}</th><td>${formatScore(from)} → ${formatScore(to)}</td><td>${input.slice(0, 200)}</td></tr>`,
  )}</tbody></table></section>`;
}
