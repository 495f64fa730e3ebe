/** @jsxImportSource preact */
import type { RunPage } from '../../src/run-page/run-page.ts';
import type { ScoreDrop } from '../../src/run-page/score-drops.ts';
import { formatInterval, formatScore } from '../../src/wording/format-number.ts';
import { MarkPath, ModelMark, marksOf } from '../marks/model-mark.tsx';
import { percent, placeOf, ticksOf } from '../marks/place.ts';
import { Section } from '../marks/section.tsx';
import { AxisTicks } from '../marks/whisker.tsx';
import { Name, Pieces } from '../marks/words.tsx';
import { RobustnessCurves } from './robustness-curves.tsx';

/** What small changes to the input cost: the way from the score to the score less its mean change. */
export function DropsSection({ page }: { readonly page: RunPage }) {
  return (
    <Section id="robustness" title="Robustness" finding={findingOf(page)}>
      {page.curves.length > 0 && <RobustnessCurves page={page} />}
      {apart(page).map((drop) => (
        <DropTable key={`${drop.algorithm}.${drop.score}`} page={page} drop={drop} />
      ))}
    </Section>
  );
}

/** Those that are no point of a curve. */
function apart({ drops, curves }: RunPage): readonly ScoreDrop[] {
  return drops.filter(
    (drop) => !curves.some(({ score, algorithms }) => score === drop.score && algorithms.includes(drop.algorithm)),
  );
}

function findingOf(page: RunPage): string {
  const over =
    page.curves.length === 0
      ? ''
      : 'Curves are the score less its mean change over the strength of the disturbance; bands are the intervals of that change. ';
  if (apart(page).length === 0) return over;
  return `${over}The mark is the score on the inputs as they are; the ring is the score less its mean change under small changes to the input.`;
}

function DropTable({ page, drop }: { readonly page: RunPage; readonly drop: ScoreDrop }) {
  const axis = { scale: drop.scale, isTurned: drop.better === 'lower' };
  const marks = marksOf(page.models);
  return (
    <table class="plain drops">
      <caption>
        <Pieces text={drop.score} /> <small>{drop.algorithm}</small>
      </caption>
      <thead>
        <tr>
          <th scope="col">Model</th>
          <th class="plot" scope="col">
            <AxisTicks axis={axis} />
            <span class="vh">Drawn</span>
          </th>
          <th scope="col" class="num">
            Undisturbed
          </th>
          <th scope="col" class="num">
            Mean change
          </th>
          <th scope="col" class="num opt">
            Interval
          </th>
        </tr>
      </thead>
      <tbody>
        {drop.models.map(({ model, from, to, change, interval }) => (
          <tr key={model}>
            <th scope="row" class="who">
              <ModelMark mark={marks[model]!} />
              <Name text={page.models[model]!.name} />
            </th>
            <td class="plot">
              {from !== null && to !== null && (
                <svg class="w" aria-hidden="true">
                  {ticksOf(axis.scale, 4).map((tick) => (
                    <line key={tick} class="grid" x1={at(tick)} x2={at(tick)} y1="0" y2="100%" />
                  ))}
                  <line class="thick" x1={at(from)} x2={at(to)} y1="50%" y2="50%" />
                  <circle class="ring" cx={at(to)} cy="50%" r="4" />
                  <svg x={at(from)} y="50%" overflow="visible" aria-hidden="true">
                    <MarkPath mark={marks[model]!} />
                  </svg>
                </svg>
              )}
            </td>
            <td class="num">{formatScore(from)}</td>
            <td class="num">
              <b>{formatScore(change)}</b>
            </td>
            <td class="num opt">{formatInterval(interval)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );

  function at(value: number): string {
    return percent(placeOf(axis, value));
  }
}
