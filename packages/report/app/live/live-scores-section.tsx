/** @jsxImportSource preact */
import { niceScale } from '../../src/charts/nice-scale.ts';
import type { LivePage, LiveScore } from '../../src/view-pages/live-page.ts';
import { formatCount, formatInterval, formatScore } from '../../src/wording/format-number.ts';
import { ModelMark } from '../marks/model-mark.tsx';
import { Section } from '../marks/section.tsx';
import { AxisTicks, Whisker } from '../marks/whisker.tsx';
import { Label, Name } from '../marks/words.tsx';
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
    <table class="plain live-scores">
      <caption>
        <Label text={score.key} />
      </caption>
      <thead>
        <tr>
          <th scope="col">Model</th>
          <th class="plot" scope="col">
            <AxisTicks axis={axis} />
            <span class="vh">Drawn</span>
          </th>
          <th scope="col" class="num">
            Mean
          </th>
          <th scope="col" class="num opt">
            Interval
          </th>
          <th scope="col" class="num">
            n
          </th>
        </tr>
      </thead>
      <tbody>
        {score.models.map(({ model, n, mean, interval }) => (
          <tr key={model}>
            <th scope="row" class="who">
              <ModelMark mark={marks[model]!} />
              <Name text={page.models[model]!.name} />
            </th>
            <td class="plot">
              <Whisker axis={axis} mark={marks[model]!} value={mean} interval={interval} />
            </td>
            <td class="num">
              <b>{formatScore(mean)}</b>
            </td>
            <td class="num opt">{formatInterval(interval)}</td>
            <td class="num">{formatCount(n)}</td>
          </tr>
        ))}
      </tbody>
    </table>
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
