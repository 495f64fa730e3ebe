/** @jsxImportSource preact */
import { formatCount, formatInterval, formatScore } from '../../src/wording/format-number.ts';
import { AxisTicks, Whisker } from '../marks/whisker.tsx';
import { Name } from '../marks/words.tsx';
import type { Measure } from './measures.ts';

const MARK = { shape: 0, isHollow: false } as const;

/** Figures with their intervals, drawn on axes of their own; a table that scrolls where the page is narrow. */
export function MeasureTable({ rows }: { readonly rows: readonly Measure[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls where the page is narrow, and has nothing else to focus
    <section class="scrolled" tabIndex={0} aria-label="Measures, a table">
      <table class="plain audit">
        <thead>
          <tr>
            <th scope="col">Measure</th>
            <th scope="col" class="plot">
              <span class="vh">Where it lies</span>
            </th>
            <th scope="col" class="num">
              Value
            </th>
            <th scope="col" class="num">
              95 % interval
            </th>
            <th scope="col" class="num">
              n
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, value, n, interval, axis, unbiased, what }, at) => (
            <tr key={at}>
              <th scope="row" class="who">
                <Name text={name} />
                <small>{what}</small>
              </th>
              <td class="plot">
                <Whisker axis={axis} mark={MARK} value={value} interval={interval} reference={unbiased} ticks={3} />
                <AxisTicks axis={axis} most={3} />
              </td>
              <td class="num">{formatScore(value)}</td>
              <td class="num">{formatInterval(interval)}</td>
              <td class="num">{formatCount(n)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
