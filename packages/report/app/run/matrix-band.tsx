/** @jsxImportSource preact */
import { useState } from 'preact/hooks';
import type { RunPage } from '../../src/run-page/run-page.ts';
import type { ScoreCell, ScoreFigures } from '../../src/run-page/score-figures.ts';
import { formatCount, formatInterval, formatScore } from '../../src/wording/format-number.ts';
import { ModelMark, marksOf } from '../marks/model-mark.tsx';
import type { Axis } from '../marks/place.ts';
import { type Tone, toneOf, VerdictGlyph } from '../marks/verdict-badge.tsx';
import { AxisTicks, Whisker } from '../marks/whisker.tsx';
import { Label, Name, Pieces } from '../marks/words.tsx';
import { alikeOf, needsAlgorithm } from './score-order.ts';

export interface MatrixBandProps {
  readonly page: RunPage;
  readonly band: readonly ScoreFigures[];
}

/** Models down, a few scores across; where the page is narrow, one score at a time. */
export function MatrixBand({ page, band }: MatrixBandProps) {
  const [shown, setShown] = useState(0);
  const on = (i: number) => (i === shown ? 'c on' : 'c');
  const hasPrompts = page.models.some(({ prompt }) => prompt !== null);
  return (
    <>
      {band.length > 1 && (
        <fieldset class="seg only-narrow">
          <legend class="vh">Score shown</legend>
          {band.map((score, i) => (
            <button type="button" key={score.key} aria-pressed={i === shown} onClick={() => setShown(i)}>
              <Label text={score.score} />
            </button>
          ))}
        </fieldset>
      )}
      <table class="matrix">
        <colgroup>
          <col class="m" />
          {hasPrompts && <col class="p" />}
          {band.map((score, i) => (
            <col key={score.key} class={on(i)} />
          ))}
          <col class="st" />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">Model</th>
            {hasPrompts && <th scope="col">Prompt</th>}
            {band.map((score, i) => (
              <ScoreHead key={score.key} page={page} score={score} place={on(i)} />
            ))}
            <th scope="col" class="num">
              No score
            </th>
          </tr>
          <tr class="axisrow">
            <td colSpan={hasPrompts ? 2 : 1} />
            {band.map((score, i) => (
              <td key={score.key} class={on(i)}>
                <div class="ax">
                  <AxisTicks axis={axisOf(score)} most={3} />
                </div>
              </td>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {page.models.map((_, at) => (
            <ModelRow key={at} {...{ page, band, at, on, hasPrompts }} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function axisOf(score: ScoreFigures): Axis {
  return { scale: score.scale, isTurned: score.better === 'lower' };
}

interface ScoreHeadProps {
  readonly page: RunPage;
  readonly score: ScoreFigures;
  readonly place: string;
}

function ScoreHead({ page, score, place }: ScoreHeadProps) {
  const alike = alikeOf(page, score.key);
  const direction =
    score.better === 'higher'
      ? ''
      : score.better === 'lower'
        ? ' Lower is better; the axis is turned.'
        : ` Best at ${formatScore(score.better.target)}.`;
  return (
    <th scope="col" class={place}>
      <span class="sname">
        <Label text={score.score} /> {alike.length > 0 && <small>+{alike.length} alike</small>}
      </span>
      {needsAlgorithm(page, score) && (
        <span class="sdef">
          <Pieces text={score.algorithm} />
        </span>
      )}
      <span class="sdef">
        <Pieces text={score.summary} />
        {direction}
      </span>
    </th>
  );
}

interface ModelRowProps extends MatrixBandProps {
  readonly at: number;
  readonly on: (i: number) => string;
  readonly hasPrompts: boolean;
}

function ModelRow({ page, band, at, on, hasPrompts }: ModelRowProps) {
  const { name, model, prompt } = page.models[at]!;
  const { counts } = page.losses.models[at]!;
  const [scored = 0, ...others] = counts;
  const lost = others.reduce((sum, count) => sum + count, 0);
  const star = at === 0 && page.models.length > 1 ? ' ★' : '';
  return (
    <tr>
      <th scope="row" class="model">
        <ModelMark mark={marksOf(page.models)[at]!} />
        <Name text={hasPrompts ? model : name} />
        {star}
      </th>
      {hasPrompts && (
        <td class="prompt">
          <Name text={prompt ?? ''} />
        </td>
      )}
      {band.map((score, i) => (
        <Cell key={score.key} {...{ page, score, at }} place={on(i)} />
      ))}
      <td class="states">
        {lost === 0 ? (
          <span class="quiet">–</span>
        ) : (
          <a href="#states" title={`${formatCount(lost)} of ${formatCount(scored + lost)} answers`}>
            {formatCount(lost)}
          </a>
        )}
      </td>
    </tr>
  );
}

interface CellProps {
  readonly page: RunPage;
  readonly score: ScoreFigures;
  readonly at: number;
  readonly place: string;
}

function Cell({ page, score, at, place }: CellProps) {
  const cell = score.cells[at] ?? null;
  if (cell === null) return <td class={place}>–</td>;
  const tone: Tone = toneOf(cell.verdict);
  const isTold = tone === 'better' || tone === 'worse';
  const baseline = at === 0 ? null : (score.cells[0]?.value ?? null);
  return (
    <td class={isTold ? `${place} ${tone}` : place}>
      <div class="cell">
        <span class={cell.isUnbeaten ? 'val unbeaten' : 'val'}>
          {formatScore(cell.value)}
          {isTold && (
            <>
              <VerdictGlyph tone={tone} />
              <span class="vh">{tone} than the first model</span>
            </>
          )}
        </span>
        {cell.value === null ? (
          <span />
        ) : (
          <Whisker
            axis={axisOf(score)}
            mark={marksOf(page.models)[at]!}
            value={cell.value}
            interval={cell.interval}
            reference={baseline}
            ticks={3}
            {...(isTold && { tone })}
          />
        )}
        <span class="under">{underOf(cell, page)}</span>
      </div>
    </td>
  );
}

/** The interval as figures; of how many samples, where not all have the score; and why those have none. */
function underOf(cell: ScoreCell, page: RunPage): string {
  const parts = [formatInterval(cell.interval)];
  if (cell.n < page.samples) parts.push(`n ${formatCount(cell.n)}`);
  if (cell.lost !== '') parts.push(cell.lost);
  return parts.join(' · ');
}
