/** @jsxImportSource preact */
import { niceScale } from '../../src/charts/nice-scale.ts';
import type { LivePage, LiveScore } from '../../src/view-pages/live-page.ts';
import { formatCount, formatInterval, formatScore } from '../../src/wording/format-number.ts';
import { PlotTable } from '../marks/plot-table.tsx';
import { Section } from '../marks/section.tsx';
import { Whisker } from '../marks/whisker.tsx';
import { Label } from '../marks/words.tsx';
import { liveMarks } from './live-marks.ts';

/** Means so far, with intervals that may be looked at again and again. */
export function LiveScoresSection({ page }: { readonly page: LivePage }) {
  const finding =
    page.scores.length === 0 ? 'Nothing is scored yet.' : 'Means so far: nothing is decided before the run ends.';
  return (
    <Section
      id="scores"
      title="Scores so far"
      finding={finding}
      copies={page.scores.length > 0 && (() => rowsOf(page))}
    >
      {page.scores.map((score) => (
        <ScoreTable key={score.key} page={page} score={score} />
      ))}
      {page.scores.length > 0 && <p class="note">{page.intervals} Right is better.</p>}
    </Section>
  );
}

function ScoreTable({ page, score }: { readonly page: LivePage; readonly score: LiveScore }) {
  const marks = liveMarks(page);
  const values = score.models.flatMap(({ mean, interval }) => [mean, ...(interval ?? [])]);
  const [low, high] = score.range;
  const axis = {
    scale: niceScale(values, [low ?? -Infinity, high ?? Infinity], true),
    isTurned: score.better === 'lower',
  };
  return (
    <PlotTable
      class="live-scores"
      caption={<Label text={score.key} />}
      axis={axis}
      columns={[{ head: 'Mean' }, { head: 'Interval', optional: true }, { head: 'n' }]}
      rows={score.models.map(({ model, n, mean, interval }) => ({
        ...{ name: page.models[model]!.name, mark: marks[model]! },
        plot: <Whisker axis={axis} mark={marks[model]!} value={mean} interval={interval} />,
        figures: [<b key="mean">{formatScore(mean)}</b>, formatInterval(interval), formatCount(n)],
      }))}
    />
  );
}

function rowsOf(page: LivePage): string[][] {
  return [
    ['score', 'model', 'n', 'mean', 'low', 'high'],
    ...page.scores.flatMap(({ key, models }) =>
      models.map(({ model, n, mean, interval }) => [
        ...[key, page.models[model]?.name ?? '', String(n), String(mean)],
        ...[interval?.[0] ?? '', interval?.[1] ?? ''].map(String),
      ]),
    ),
  ];
}
