/** @jsxImportSource preact */
import type { ScoreColumn } from '../../src/rows/page-data.ts';
import { formatCount, formatScore } from '../../src/wording/format-number.ts';
import { percent, ticksOf } from '../marks/place.ts';
import { shortTick } from '../marks/whisker.tsx';
import { Name } from '../marks/words.tsx';
import { setUrlValues } from '../shell/url-state.ts';
import type { ScoredPair } from './changed-section.tsx';
import type { TwoSides } from './two-sides.tsx';

/** Places along each side: samples of one place are one dot, the larger the more they are. */
const PLACES = 60;
/** Share of the axis by which a sample must move to be told. */
const FAR = 0.3;

export interface ScatterProps {
  readonly sides: TwoSides;
  readonly pairs: readonly ScoredPair[];
  readonly column: ScoreColumn;
}

interface Dot {
  readonly x: number;
  readonly y: number;
  count: number;
  readonly gain: number;
  readonly pair: ScoredPair;
}

/** Each sample's score with both models; above the diagonal the candidate does better. */
export function Scatter({ sides, pairs, column }: ScatterProps) {
  let [low, high] = [Infinity, -Infinity];
  for (const { before, after } of pairs) {
    low = Math.min(low, before, after);
    high = Math.max(high, before, after);
  }
  const width = high - low || 1;
  const isTurned = column.better === 'lower';
  const share = (value: number) => (isTurned ? (high - value) / width : (value - low) / width);
  const dots = dotsOf(pairs, share);
  const far = FAR * width;
  const rose = pairs.filter(({ gain }) => gain > far).length;
  const fell = pairs.filter(({ gain }) => gain < -far).length;
  const ticks = ticksOf({ min: low, max: high > low ? high : low + 1, step: 1 }, 5);
  return (
    <figure class="scatter">
      <figcaption>
        <span class="vt better">▲ {formatCount(rose)} rose</span> and{' '}
        <span class="vt worse">▼ {formatCount(fell)} fell</span> by more than {formatScore(far)}. Up:{' '}
        <Name text={sides.after.name} />; right: ★ <Name text={sides.before.name} />. A dot opens its first sample.
      </figcaption>
      <svg role="img" aria-label={`${rose} samples rose and ${fell} fell by more than ${formatScore(far)}`}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line class="grid" x1={at(share(tick))} x2={at(share(tick))} y1={up(0)} y2={up(1)} />
            <line class="grid" x1={at(0)} x2={at(1)} y1={up(share(tick))} y2={up(share(tick))} />
            <text x={at(share(tick))} y="99%" text-anchor="middle">
              {shortTick(tick)}
            </text>
            <text x="6.5%" y={up(share(tick))} dy="4" text-anchor="end">
              {shortTick(tick)}
            </text>
          </g>
        ))}
        <line class="diag" x1={at(0)} x2={at(1)} y1={up(0)} y2={up(1)} />
        {dots.map((dot) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: the lists fixed and broken open the same by keyboard
          <circle
            key={`${dot.x} ${dot.y}`}
            class={dot.gain > far ? 'dot better' : dot.gain < -far ? 'dot worse' : 'dot'}
            cx={at(dot.x)}
            cy={up(dot.y)}
            r={Math.min(9, 2.6 + Math.sqrt(dot.count - 1))}
            onClick={() => open(dot.pair)}
          />
        ))}
      </svg>
    </figure>
  );
}

/** From 8 % to 98 % across, and from the bottom's 94 % up to 2 %. */
function at(share: number): string {
  return percent(8 + 90 * share);
}

function up(share: number): string {
  return percent(94 - 92 * share);
}

function dotsOf(pairs: readonly ScoredPair[], share: (value: number) => number): Dot[] {
  const dots = new Map<number, Dot>();
  for (const pair of pairs) {
    const x = Math.round(share(pair.before) * PLACES);
    const y = Math.round(share(pair.after) * PLACES);
    const place = x * (PLACES + 1) + y;
    const known = dots.get(place);
    if (known === undefined) dots.set(place, { x: x / PLACES, y: y / PLACES, gain: pair.gain, pair, count: 1 });
    else known.count += 1;
  }
  return [...dots.values()];
}

function open({ sample }: ScoredPair): void {
  setUrlValues({ row: String(sample + 1), model: '' });
  document.getElementById('samples')?.scrollIntoView();
}
