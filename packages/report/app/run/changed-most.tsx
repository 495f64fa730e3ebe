/** @jsxImportSource preact */
import type { ScoreColumn } from '../../src/rows/page-data.ts';
import { formatDifference, formatScore } from '../../src/wording/format-number.ts';
import type { SampleSource } from '../data/sample-source.ts';
import { useRows } from '../data/use-rows.ts';
import { rowsOfSample } from '../filter/row-order.ts';
import { textOf } from '../filter/search-text.ts';
import { type Axis, percent, placeOf } from '../marks/place.ts';
import { Name, Pieces } from '../marks/words.tsx';
import { setUrlValues } from '../shell/url-state.ts';
import type { ScoredPair } from './changed-section.tsx';
import type { TwoSides } from './two-sides.tsx';

const MOST = 6;
/** Characters of an input that a line shows. */
const SHOWN = 120;

export interface ChangedMostProps {
  readonly sides: TwoSides;
  readonly source: SampleSource;
  readonly pairs: readonly ScoredPair[];
  readonly column: ScoreColumn;
}

/** The samples that changed most, each a way into it. */
export function ChangedMost({ sides, source, pairs, column }: ChangedMostProps) {
  const most = mostChanged(pairs);
  const rows = most.map(({ sample }) => rowsOfSample(source.index, sample)[0] ?? 0);
  useRows(source, rows);
  if (most.length === 0) return null;
  const values = pairs.flatMap(({ before, after }) => [before, after]);
  const [min, max] = values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [
    Infinity,
    -Infinity,
  ] as [number, number]);
  const axis = { scale: { min, max, step: max - min || 1 }, isTurned: column.better === 'lower' };
  return (
    <div class="most">
      <h3>Changed most</h3>
      <p class="note">
        Hollow is ★ <Name text={sides.before.name} />, filled is <Name text={sides.after.name} />.
      </p>
      <ol>
        {most.map((pair, at) => (
          <li key={pair.sample} class={pair.gain > 0 ? 'better' : 'worse'}>
            <button type="button" class="opens" onClick={() => open(pair.sample)}>
              <span class="vh">Open row </span>
              {pair.sample + 1}
            </button>
            <bdi>
              <Pieces text={inputOf(source, rows[at]!)} />
            </bdi>
            <Way axis={axis} pair={pair} />
            <b class="vt">
              {formatDifference(pair.after - pair.before)}
              <span class="vh">
                , from {formatScore(pair.before)} to {formatScore(pair.after)}
              </span>
            </b>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** The first few by how far they moved; of equal ones the earlier samples. */
export function mostChanged(pairs: readonly ScoredPair[]): ScoredPair[] {
  const most: ScoredPair[] = [];
  for (const pair of pairs) {
    const size = Math.abs(pair.gain);
    if (size === 0 || (most.length === MOST && size <= Math.abs(most[MOST - 1]!.gain))) continue;
    const place = most.findIndex(({ gain }) => Math.abs(gain) < size);
    most.splice(place < 0 ? most.length : place, 0, pair);
    if (most.length > MOST) most.pop();
  }
  return most;
}

function Way({ axis, pair: { before, after } }: { readonly axis: Axis; readonly pair: ScoredPair }) {
  const [from, to] = [before, after].map((value) => percent(placeOf(axis, value)));
  return (
    <svg class="w way" aria-hidden="true">
      <line class="grid" x1="0" x2="100%" y1="50%" y2="50%" />
      <line class="thin" x1={from} x2={to} y1="50%" y2="50%" />
      <circle class="ring" cx={from} cy="50%" r="4" />
      <circle class="pt" cx={to} cy="50%" r="4" />
    </svg>
  );
}

function inputOf(source: SampleSource, row: number): string {
  const packed = source.peek(row);
  if (packed === null) return source.missing(row) === null ? '…' : 'texts missing';
  const text = textOf(packed.input);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function open(sample: number): void {
  setUrlValues({ list: '', state: '', only: '', q: '', model: '', row: String(sample + 1) });
  document.getElementById('samples')?.scrollIntoView();
}
