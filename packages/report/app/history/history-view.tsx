/** @jsxImportSource preact */

import { groupBy } from '../../src/collections/group-by.ts';
import { visibleText } from '../../src/text/visible-text.ts';
import type { HistoryPage, HistoryTrend } from '../../src/view-pages/history-page.ts';
import { plural } from '../../src/wording/format-number.ts';
import { CopyMenu } from '../copy/copy-menu.tsx';
import { Name } from '../marks/words.tsx';
import { Footer } from '../shell/footer.tsx';
import { homeOf, pathPart } from '../shell/home.ts';
import { TopBar } from '../shell/top-bar.tsx';
import { setUrlValues, useUrlValue } from '../shell/url-state.ts';
import { ChangesTable, lettersOf } from './changes-table.tsx';
import { TrendChart } from './trend-chart.tsx';

/** When scores moved, and what had changed. */
export function HistoryView({ page }: { readonly page: HistoryPage }) {
  const [dataset] = useUrlValue('dataset');
  const [model] = useUrlValue('model');
  const [since] = useUrlValue('since');
  const trends = page.trends
    .filter((trend) => (dataset === '' || trend.dataset === dataset) && (model === '' || trend.model === model))
    .map((trend) => ({ ...trend, points: trend.points.filter(({ createdAt }) => since === '' || createdAt >= since) }))
    .filter(({ points }) => points.length > 0);
  const changes = page.changes.filter(
    (change) => (dataset === '' || change.dataset === dataset) && (since === '' || change.createdAt >= since),
  );
  const letters = lettersOf(changes);
  const charts = [...groupBy(trends, (trend) => `${trend.key}\n${trend.dataset}`)];
  return (
    <>
      <TopBar current="History" />
      <main class="wrap">
        <div class="pagehead">
          <h1>{headlineOf(trends)}</h1>
          <p>
            Bands are intervals. A run is called better or worse here only where its interval and the one before do not
            overlap; the paired test under Compare sees smaller changes. No line joins runs over different rows.
          </p>
        </div>
        <search class="toolbar">
          <label>
            <span>Score</span>
            <select
              aria-label="Score"
              value={page.score ?? ''}
              onChange={(event) => {
                location.href = `${homeOf()}history?score=${pathPart(event.currentTarget.value)}${location.hash}`;
              }}
            >
              <option value="">first of each algorithm</option>
              {page.scores.map((score) => (
                <option key={score} value={score}>
                  {visibleText(score)}
                </option>
              ))}
            </select>
          </label>
          <Choice label="Dataset" name="dataset" value={dataset} all={page.trends.map((each) => each.dataset)} />
          <Choice label="Model" name="model" value={model} all={page.trends.map((each) => each.model)} />
          <label>
            <span>Since</span>
            <input
              type="date"
              aria-label="Since"
              value={since}
              onChange={(event) => setUrlValues({ since: event.currentTarget.value })}
            />
          </label>
        </search>
        {charts.length === 0 && (
          <p class="none">
            {page.trends.length === 0 ? 'No finished run has such a score.' : 'No run is left by these filters.'}
          </p>
        )}
        {charts.map(([id, own]) => (
          <section key={id} id={`trend-${id}`} aria-label={visibleText(`${own[0]!.key} on ${own[0]!.dataset}`)}>
            <div class="sec">
              <h2>
                <Name text={own[0]!.key} />
              </h2>
              <CopyMenu of={`trend-${id}`} title={visibleText(own[0]!.key)} data={() => pointsOf(own)} />
              <p>
                <Name text={own[0]!.dataset} />
                {own.some(({ isRescored }) => isRescored) &&
                  '. Scored by other settings than before in some runs: those are a line of their own.'}
              </p>
            </div>
            <TrendChart
              trends={own}
              changes={changes.filter((change) => change.dataset === own[0]!.dataset)}
              letters={letters}
            />
          </section>
        ))}
        {changes.length > 0 && <ChangesTable changes={changes} letters={letters} />}
      </main>
      <Footer />
    </>
  );
}

function headlineOf(trends: readonly HistoryTrend[]): string {
  const runs = new Set(trends.flatMap(({ points }) => points.map(({ run }) => run)));
  if (runs.size === 0) return 'No history yet.';
  const last = trends.flatMap(({ key, model, points }) => {
    const moved = points.filter(({ change }) => change !== null).at(-1);
    return moved === undefined ? [] : [{ key, model, ...moved }];
  });
  const newest = last.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))[0];
  if (newest === undefined) return `Nothing has moved beyond chance over ${plural(runs.size, 'run')}.`;
  const verb = newest.change === 'better' ? 'got better' : 'got worse';
  return visibleText(`${newest.model} ${verb} on ${newest.key} on ${newest.createdAt.slice(0, 10)}.`);
}

interface ChoiceProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly all: readonly string[];
}

function Choice({ label, name, value, all }: ChoiceProps) {
  const options = [...new Set(all)].sort();
  if (options.length < 2) return null;
  return (
    <label>
      <span>{label}</span>
      <select
        aria-label={label}
        value={value}
        onChange={(event) => setUrlValues({ [name]: event.currentTarget.value })}
      >
        <option value="">all</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Every point of the lines, to be copied. */
function pointsOf(trends: readonly HistoryTrend[]): string[][] {
  return [
    ['model', 'run', 'at', 'value', 'low', 'high', 'n'],
    ...trends.flatMap(({ model, points }) =>
      points.map(({ run, createdAt, value, interval, n }) => [
        ...[model, run, createdAt, String(value)],
        ...[interval?.[0] ?? '', interval?.[1] ?? '', n].map(String),
      ]),
    ),
  ];
}
