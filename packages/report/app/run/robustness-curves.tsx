/** @jsxImportSource preact */
import type { RobustnessCurve } from '../../src/run-page/robustness-curves.ts';
import type { RunPage } from '../../src/run-page/run-page.ts';
import { formatInterval, formatScore } from '../../src/wording/format-number.ts';
import { heightOf, LineChart } from '../marks/line-chart.tsx';
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
  const isTurned = better === 'lower';
  const y = (value: number) => heightOf(scale, isTurned, value);
  const drawn = lines.map(({ model, points }) => ({
    key: String(model),
    isFirst: model === 0,
    // The score on the inputs as they are is where a band begins.
    points: points.map(({ strength, value, interval }) => ({
      ...{ x: x(strength), value },
      interval: interval ?? (strength > 0 ? null : ([value, value] as const)),
    })),
  }));
  return (
    <figure class="trend curve-of">
      <figcaption>
        <b>
          <Label text={curve.score} />
        </b>{' '}
        over <Label text={curve.option} /> of <Label text={curve.kind} />
      </figcaption>
      <LineChart
        {...{ scale, isTurned, lines: drawn }}
        ticks={4}
        below={
          <svg class="curve-x" aria-hidden="true">
            {ticksOf(strengths, 5).map((tick) => (
              <text key={tick} x={percent(x(tick))} y="12" text-anchor="middle">
                {shortTick(tick)}
              </text>
            ))}
          </svg>
        }
      >
        <svg class="trend-dots" aria-hidden="true">
          {lines.flatMap(({ model, points }) =>
            points.map(({ strength, value }) => (
              <Dot key={`${model} ${strength}`} x={x(strength)} y={y(value)} mark={marks[model]!} />
            )),
          )}
        </svg>
      </LineChart>
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
