/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact';
import { niceScale } from '../../src/charts/nice-scale.ts';
import { groupBy } from '../../src/collections/group-by.ts';
import type { PairFigure } from '../../src/run-page/pair-figures.ts';
import { formatCount, formatDifference, formatInterval } from '../../src/wording/format-number.ts';
import type { Mark } from '../marks/model-mark.tsx';
import type { Axis } from '../marks/place.ts';
import { toneOf, VerdictBadge } from '../marks/verdict-badge.tsx';
import { AxisTicks, signedTick, Whisker } from '../marks/whisker.tsx';
import { Pieces } from '../marks/words.tsx';
import { shownOf } from './pair-lookup.ts';

export interface ForestRow {
  readonly label: ComponentChildren;
  readonly pair: PairFigure;
  /** Lower is better: the axis is turned, and the figure keeps its sign. */
  readonly isTurned: boolean;
  readonly mark: Mark;
}

export interface ForestProps {
  readonly rows: readonly ForestRow[];
  /** What stands in the first column. */
  readonly head: string;
  readonly confidence: string;
}

/** Differences with their intervals, those of one range and direction on one axis. */
export function Forest({ rows, head, confidence }: ForestProps) {
  const groups = [
    ...groupBy(rows, ({ pair, isTurned }) => `${pair.range} ${isTurned && pair.measure === null}`).values(),
  ];
  return (
    <table class="forest">
      <thead>
        <tr>
          <th scope="col">{head}</th>
          <th class="plot" scope="col">
            <span class="sense">
              <span>← worse</span> <span>better →</span>
            </span>
          </th>
          <th scope="col" class="num">
            Difference
          </th>
          <th scope="col" class="num">
            {confidence} interval
          </th>
          <th scope="col">Verdict</th>
          <th scope="col" class="num">
            Pairs
          </th>
        </tr>
      </thead>
      {groups.map((group, i) => (
        <ForestGroup key={i} rows={group} />
      ))}
    </table>
  );
}

function ForestGroup({ rows }: { readonly rows: readonly ForestRow[] }) {
  const axis = axisOf(rows);
  return (
    <tbody>
      {rows.map(({ label, pair, mark }, i) => {
        const tone = toneOf(pair.verdict);
        const ends = shownOf(pair);
        return (
          <tr key={i} class={tone}>
            <th scope="row" class="who">
              {label}
            </th>
            <td class="plot">
              <Whisker
                {...{ axis, mark, tone, interval: ends, inner: pair.interval, value: pair.difference }}
                margin={pair.margin}
                hasZero
                ticks={5}
              />
            </td>
            <td class="num fig">{formatDifference(pair.difference)}</td>
            <td class="num">
              {formatInterval(ends)}
              <small>{pair.pWords}</small>
            </td>
            <td class="vd">
              <VerdictBadge verdict={pair.verdict} words={pair.words} />
              {pair.reason !== '' && (
                <small>
                  <Pieces text={pair.reason} />
                </small>
              )}
              {pair.measure !== null && (
                <small>
                  in <Pieces text={pair.measure} />
                </small>
              )}
            </td>
            <td class="num n">
              {formatCount(pair.n)}
              {pair.leftOut !== '' && <small>left out: {pair.leftOut}</small>}
            </td>
          </tr>
        );
      })}
      <tr class="axisrow">
        <td />
        <td class="plot">
          <AxisTicks axis={axis} format={signedTick} most={5} />
        </td>
        <td colSpan={4} />
      </tr>
    </tbody>
  );
}

function axisOf(rows: readonly ForestRow[]): Axis {
  const values = rows.flatMap(({ pair }) => [0, pair.difference, ...(shownOf(pair) ?? [])]);
  const { range, measure } = rows[0]!.pair;
  const bounds: readonly [number, number] = range === null ? [-Infinity, Infinity] : [-range, range];
  return { scale: niceScale(values, bounds, true), isTurned: rows[0]!.isTurned && measure === null };
}
