/** @jsxImportSource preact */
import type { RunPage } from '../../src/run-page/run-page.ts';
import type { ScoreDrop } from '../../src/run-page/score-drops.ts';
import { formatInterval, formatScore } from '../../src/wording/format-number.ts';
import { MarkPath, marksOf } from '../marks/model-mark.tsx';
import { percent, placeOf, ticksOf } from '../marks/place.ts';
import { PlotTable } from '../marks/plot-table.tsx';
import { Section } from '../marks/section.tsx';
import { Pieces } from '../marks/words.tsx';
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
  const at = (value: number) => percent(placeOf(axis, value));
  return (
    <PlotTable
      class="drops"
      caption={
        <>
          <Pieces text={drop.score} /> <small>{drop.algorithm}</small>
        </>
      }
      axis={axis}
      columns={[{ head: 'Undisturbed' }, { head: 'Mean change' }, { head: 'Interval', optional: true }]}
      rows={drop.models.map(({ model, from, to, change, interval }) => ({
        ...{ name: page.models[model]!.name, mark: marks[model]! },
        plot: from !== null && to !== null && (
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
        ),
        figures: [formatScore(from), <b key="change">{formatScore(change)}</b>, formatInterval(interval)],
      }))}
    />
  );
}
