/** @jsxImportSource preact */
import type { PairFigure } from '../../src/run-page/pair-figures.ts';
import type { RunPage } from '../../src/run-page/run-page.ts';
import type { ScoreFigures } from '../../src/run-page/score-figures.ts';
import { formatDifference, formatInterval, formatScore, plural } from '../../src/wording/format-number.ts';
import { marksOf } from '../marks/model-mark.tsx';
import { aroundZero } from '../marks/place.ts';
import { toneOf, VerdictBadge } from '../marks/verdict-badge.tsx';
import { AxisTicks, Whisker } from '../marks/whisker.tsx';
import { Label, Name, Pieces } from '../marks/words.tsx';
import { pairOf, shownOf } from './pair-lookup.ts';
import { leadScores } from './score-order.ts';

/** At most so many stand at the top. */
const MOST = 5;

/** The leading scores: of one model its figures, of more the differences from the baseline. */
export function VerdictStrip({ page }: { readonly page: RunPage }) {
  const scores = leadScores(page).slice(0, MOST);
  const { lead } = page;
  if (scores.length === 0) return null;
  if (lead === null) {
    return (
      <ul class="strip" aria-label="Scores">
        {scores.map((score) => (
          <SingleScore key={score.key} score={score} page={page} />
        ))}
      </ul>
    );
  }
  const pairs = scores.flatMap((score) => {
    const pair = pairOf(page.pairs.all, score.key, lead.candidate, lead.baseline);
    return pair === null ? [] : [{ score, pair }];
  });
  if (pairs.length === 0) return null;
  return (
    <>
      <p class="strip-of">
        <Name text={page.models[lead.candidate]?.name ?? ''} /> minus ★{' '}
        <Name text={page.models[lead.baseline]?.name ?? ''} />, on the samples that both have
      </p>
      <ul class="strip" aria-label="Differences">
        {pairs.map(({ score, pair }) => (
          <Difference key={score.key} score={score} pair={pair} page={page} />
        ))}
      </ul>
    </>
  );
}

function SingleScore({ score, page }: { readonly score: ScoreFigures; readonly page: RunPage }) {
  const cell = score.cells[0] ?? null;
  const axis = { scale: score.scale, isTurned: score.better === 'lower' };
  return (
    <li>
      <span class="score">
        <Label text={score.score} />
      </span>
      <span class="int">{formatInterval(cell?.interval ?? null)}</span>
      <span class="fig">{formatScore(cell?.value ?? null)}</span>
      <span class="int">{plural(cell?.n ?? 0, 'sample')}</span>
      {cell !== null && cell.value !== null && (
        <div class="drawn">
          <Whisker axis={axis} mark={marksOf(page.models)[0]!} value={cell.value} interval={cell.interval} />
          <AxisTicks axis={axis} />
        </div>
      )}
      <span class="why">
        <Pieces text={score.summary} />
        {cell !== null && cell.lost !== '' && <b> {cell.lost}.</b>}
      </span>
    </li>
  );
}

interface DifferenceProps {
  readonly score: ScoreFigures;
  readonly pair: PairFigure;
  readonly page: RunPage;
}

function Difference({ score, pair, page }: DifferenceProps) {
  const tone = toneOf(pair.verdict);
  const ends = shownOf(pair);
  const axis = {
    scale: aroundZero([pair.difference, ...(ends ?? []), pair.margin ?? 0]),
    isTurned: score.better === 'lower' && pair.measure === null,
  };
  const [before, after] = [pair.baseline, pair.candidate].map((at) => score.cells[at]?.value ?? null);
  return (
    <li class={tone}>
      <span class="score">
        <Label text={score.score} />
      </span>
      <VerdictBadge verdict={pair.verdict} words={pair.words} />
      <span class="fig">{formatDifference(pair.difference)}</span>
      <span class="int">{formatInterval(ends)}</span>
      <div class="drawn">
        <Whisker
          {...{ axis, tone, interval: ends, inner: pair.interval, value: pair.difference, margin: pair.margin }}
          mark={marksOf(page.models)[pair.candidate]!}
          hasZero
        />
      </div>
      <span class="why">
        {formatScore(after ?? null)}; the baseline, {formatScore(before ?? null)}.{' '}
        {pair.reason !== '' && <Pieces text={`${pair.reason.charAt(0).toUpperCase()}${pair.reason.slice(1)}. `} />}
        {pair.leftOut !== '' && <Pieces text={`Left out: ${pair.leftOut}.`} />}
      </span>
    </li>
  );
}
