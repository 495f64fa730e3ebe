import {
  AssayError,
  type CategoryComparison,
  type Comparison,
  compareCategories,
  compareModels,
  costOfSide,
  formatAmount,
  leftOutText,
  openSides,
  pairSamples,
  type Side,
} from 'assay/internal';
import { formatCount, formatDifference, formatInterval, formatScore, type Html, html } from 'assay/internal/report';
import { changedSamples, type ScoreChanges } from '../compare/changed-samples.ts';
import type { RunOverview } from '../runs/run-catalogue.ts';

/** Samples that are shown of each score. */
const SHOWN_CHANGES = 10;

/** One side of a comparison: a model of a finished run. */
interface Choice {
  readonly value: string;
  readonly run: RunOverview;
  readonly model: string;
}

/** Chooses two sides and compares them by their samples, as `assay compare` does. */
export async function comparePage(runs: readonly RunOverview[], query: URLSearchParams): Promise<Html> {
  const sides = runs.flatMap((run) =>
    (run.summary?.models ?? []).map(
      ({ name }): Choice => ({ value: JSON.stringify([run.name, name]), run, model: name }),
    ),
  );
  if (sides.length < 2) return html`<p>Two finished runs, or one with two models, are needed for a comparison.</p>`;
  const chosen = (name: string): Choice | undefined => sides.find(({ value }) => value === query.get(name));
  const baseline = chosen('baseline') ?? sides[1]!;
  const candidate = chosen('candidate') ?? sides[0]!;
  const asked = query.has('baseline');
  return html`<form action="compare" class="toolbar"><label>baseline ${selection('baseline', sides, baseline)}</label>
<label>candidate ${selection('candidate', sides, candidate)}</label> <button>Compare</button></form>
${asked && (await result(baseline, candidate))}`;
}

function selection(name: string, sides: readonly Choice[], chosen: Choice): Html {
  return html`<select name="${name}">${sides.map(
    (side) =>
      html`<option value="${side.value}"${side === chosen ? html` selected` : ''}>${side.run.name} – ${side.model}</option>`,
  )}</select>`;
}

/** As `assay compare` has it: notes on early stops and settings, each score, categories that differ, costs, changed samples. */
async function result(before: Choice, after: Choice): Promise<Html> {
  const names = [...new Set([before.run.folder.path, after.run.folder.path])];
  const opened = await openSides(names, { baselineModel: before.model, candidateModel: after.model }).catch(said);
  if ('words' in opened) return html`<p>${opened.words}</p>`;
  const { sides, scores, notes } = opened;
  const [baseline, candidate] = [sides[0]!, sides[1]!];
  const pairs = pairSamples(baseline.scores, candidate.scores);
  const comparisons = compareModels(pairs, scores);
  if (comparisons.every(({ n }) => n === 0)) return html`<p>The two have no sample in common.</p>`;
  const rows = async () => (await baseline.source.open()).view.rows;
  const changed = await changedSamples(pairs, scores, SHOWN_CHANGES, rows, baseline.model);
  return html`${notes.map((note) => html`<p class="note">${note}</p>`)}
<table class="plain"><thead><tr><th>Score</th><th class="num">Difference</th><th class="num">95 % interval</th><th class="num">Samples</th><th>Verdict</th></tr></thead>
<tbody>${comparisons.map(comparisonRow)}</tbody></table>
${categoryTable(compareCategories(pairs, scores))}
<p class="note">Cost of the answers: baseline ${await costText(baseline)}; candidate ${await costText(candidate)}.</p>
${changed.map(changes)}`;
}

function said(thrown: unknown): { readonly words: string } {
  if (thrown instanceof AssayError) return { words: thrown.message };
  throw thrown;
}

async function costText(side: Side): Promise<string> {
  const cost = await costOfSide(side);
  if (cost === undefined || cost.amount === null) return 'unknown';
  return `${formatAmount(cost.amount)} ${cost.currency ?? ''}`;
}

/** Categories in which the two differ, adjusted over all of them; the others in one line. */
function categoryTable(found: readonly CategoryComparison[]): Html | null {
  if (found.length === 0) return null;
  const told = found.filter(({ verdict }) => verdict !== 'cannot tell');
  const rest = found.length - told.length;
  return html`<section><h2>By category</h2>${
    told.length > 0 &&
    html`<table class="plain"><thead><tr><th>Category</th><th>Score</th><th class="num">Difference</th><th class="num">95 % interval</th><th class="num">Samples</th><th>Verdict</th></tr></thead><tbody>${told.map(
      ({ category, algorithm, score, difference, interval, n, verdict }) =>
        html`<tr><th scope="row">${category}</th><td>${algorithm}.${score}</td><td class="num">${formatDifference(difference)}</td><td class="num">${formatInterval(interval)}</td><td class="num" data-label="samples">${formatCount(n)}</td><td>${verdict}</td></tr>`,
    )}</tbody></table>`
  }
<p class="note">${told.length === 0 ? 'In no category can the two be told apart' : `In ${formatCount(rest)} further pairs of category and score they cannot be told apart`} (false discovery rate 5 %).</p></section>`;
}

function comparisonRow(comparison: Comparison): Html {
  const { algorithm, score, difference, interval, n, verdict, reason } = comparison;
  const left = leftOutText(comparison.leftOut);
  return html`<tr><th scope="row">${algorithm}.${score}</th><td class="num">${formatDifference(difference)}</td>
<td class="num">${formatInterval(interval)}</td><td class="num" data-label="samples">${formatCount(n)}${left !== '' && html`<br><small>left out: ${left}</small>`}</td>
<td>${verdict}<br><small>${reason}</small></td></tr>`;
}

function changes({ score, samples }: ScoreChanges): Html {
  return html`<section><h2>Changed most in ${score}</h2><table class="plain"><tbody>${samples.map(
    ({ index, input, from, to }) =>
      html`<tr><th scope="row">#${index}</th><td>${formatScore(from)} → ${formatScore(to)}</td><td>${input.slice(0, 200)}</td></tr>`,
  )}</tbody></table></section>`;
}
