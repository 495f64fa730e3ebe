/** @jsxImportSource preact */
import type { CurveLine, RobustnessCurve } from '../../src/run-page/robustness-curves.ts';
import type { RunPage } from '../../src/run-page/run-page.ts';
import { formatInterval, formatScore } from '../../src/wording/format-number.ts';
import { type Mark, MarkPath, ModelMark, marksOf } from '../marks/model-mark.tsx';
import { percent, ticksOf } from '../marks/place.ts';
import { Scrolled } from '../marks/scrolled.tsx';
import { shortTick } from '../marks/whisker.tsx';
import { Label, Name } from '../marks/words.tsx';

/** Scores over the strength of a disturbance: up is better. */
export function RobustnessCurves({ page }: { readonly page: RunPage }) {
  return (
    <div class="curves">
      {page.curves.map((curve) => (
        <CurveFigure key={`${curve.score} ${curve.kind} ${curve.option}`} page={page} curve={curve} />
      ))}
    </div>
  );
}

function CurveFigure({ page, curve }: { readonly page: RunPage; readonly curve: RobustnessCurve }) {
  const marks = marksOf(page.models);
  const { scale, better, strongest, lines } = curve;
  const strengths = { min: 0, max: strongest, step: strongest / 4 };
  const x = (strength: number) => 3 + (94 * strength) / (strongest || 1);
  const y = (value: number) => {
    const share = (value - scale.min) / (scale.max - scale.min || 1);
    return 4 + 92 * (better === 'lower' ? share : 1 - share);
  };
  return (
    <figure class="trend curve-of">
      <figcaption>
        <b>
          <Label text={curve.score} />
        </b>{' '}
        over <Label text={curve.option} /> of <Label text={curve.kind} />
      </figcaption>
      <div class="trend-plot">
        <svg class="trend-y" aria-hidden="true">
          {ticksOf(scale, 4).map((tick) => (
            <text key={tick} x="100%" y={percent(y(tick))} dy="4" text-anchor="end">
              {shortTick(tick)}
            </text>
          ))}
        </svg>
        <div class="trend-area">
          {/* Stretched to its place: only lines and bands, no text. */}
          <svg class="trend-lines" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
            {ticksOf(scale, 4).map((tick) => (
              <path key={tick} class="grid" d={`M0 ${y(tick)}H100`} />
            ))}
            {lines.map((line) => (
              <g key={line.model} class={line.model === 0 ? 'first' : 'other'}>
                <path class="band-of" d={bandOf(line, x, y)} />
                <path
                  class="line-of"
                  d={line.points
                    .map(({ strength, value }, at) => `${at === 0 ? 'M' : 'L'}${x(strength)} ${y(value)}`)
                    .join('')}
                />
              </g>
            ))}
          </svg>
          <svg class="trend-dots" aria-hidden="true">
            {lines.flatMap(({ model, points }) =>
              points.map(({ strength, value }) => (
                <Dot key={`${model} ${strength}`} x={x(strength)} y={y(value)} mark={marks[model]!} />
              )),
            )}
          </svg>
        </div>
        <svg class="curve-x" aria-hidden="true">
          {ticksOf(strengths, 5).map((tick) => (
            <text key={tick} x={percent(x(tick))} y="12" text-anchor="middle">
              {shortTick(tick)}
            </text>
          ))}
        </svg>
      </div>
      <CurveTable page={page} curve={curve} />
    </figure>
  );
}

function Dot({ x, y, mark }: { readonly x: number; readonly y: number; readonly mark: Mark }) {
  return (
    <svg x={percent(x)} y={percent(y)} overflow="visible" class="w" aria-hidden="true">
      <MarkPath mark={mark} />
    </svg>
  );
}

/** The same in figures. */
function CurveTable({ page, curve: { lines } }: { readonly page: RunPage; readonly curve: RobustnessCurve }) {
  const marks = marksOf(page.models);
  const strengths = [...new Set(lines.flatMap(({ points }) => points.map(({ strength }) => strength)))].sort(
    (a, b) => a - b,
  );
  return (
    <Scrolled label="The curve in figures">
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Model</th>
            {strengths.map((strength) => (
              <th scope="col" class="num" key={strength}>
                {strength === 0 ? 'as it is' : shortTick(strength)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ model, points }) => (
            <tr key={model}>
              <th scope="row" class="who">
                <ModelMark mark={marks[model]!} />
                <Name text={page.models[model]!.name} />
              </th>
              {strengths.map((strength) => {
                const point = points.find((each) => each.strength === strength);
                return (
                  <td class="num" key={strength}>
                    {formatScore(point?.value ?? null)}
                    {point?.interval != null && <small class="ends">{formatInterval(point.interval)}</small>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  );
}

function bandOf({ points }: CurveLine, x: (strength: number) => number, y: (value: number) => number): string {
  const known = points.flatMap(({ strength, value, interval }) =>
    interval === null && strength > 0 ? [] : [{ at: x(strength), ends: interval ?? ([value, value] as const) }],
  );
  if (known.length < 2) return '';
  const side = (of: readonly (typeof known)[number][], end: 0 | 1) => of.map(({ at, ends }) => `${at} ${y(ends[end])}`);
  return `M${[...side(known, 1), ...side(known.toReversed(), 0)].join('L')}Z`;
}
