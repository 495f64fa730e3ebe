/** @jsxImportSource preact */
import type { PageIndex, ScoreColumn } from '../../src/rows/page-data.ts';
import type { RunPage } from '../../src/run-page/run-page.ts';
import { formatCount, plural } from '../../src/wording/format-number.ts';
import type { SampleSource } from '../data/sample-source.ts';
import { useScores } from '../data/use-scores.ts';
import { costOf } from '../filter/list-rows.ts';
import { eachSample } from '../filter/row-order.ts';
import { Section } from '../marks/section.tsx';
import { Name } from '../marks/words.tsx';
import { setUrlValues, useUrlValue } from '../shell/url-state.ts';
import { ChangedMost } from './changed-most.tsx';
import { Scatter } from './scatter.tsx';
import { type TwoSides, TwoSidesChoice, useTwoSides } from './two-sides.tsx';

/** Samples that a copy of the drawing has. */
const MOST_COPIED = 10_000;

/** A sample that both models have a score of. */
export interface ScoredPair {
  readonly sample: number;
  readonly before: number;
  readonly after: number;
  /** Above 0 for better. */
  readonly gain: number;
}

/** Sample by sample: where two models stand, and who changed sides. */
export function ChangedSection({ page, source }: { readonly page: RunPage; readonly source: SampleSource }) {
  const [wanted] = useUrlValue('score');
  const sides = useTwoSides(page);
  const places = [wanted, page.scores[0]?.key].map((name) => source.index.scores.findIndex(({ key }) => key === name));
  const place = places.find((at) => at >= 0) ?? 0;
  const index = useScores(source, [place]);
  const column = index.scores[place];
  if (column === undefined) return null;
  const pairs = pairsOf(index, column, sides);
  const isOfMany = page.models.length > 2;
  if (pairs.length === 0 && (!isOfMany || column.values === null)) return null;
  const fixed = pairs.filter(({ gain }) => gain > 0).length;
  const broken = pairs.filter(({ gain }) => gain < 0).length;
  const isBinary = pairs.every(({ before, after }) => [0, 1].includes(before) && [0, 1].includes(after));
  return (
    <Section
      id="changed"
      copies={() => [
        ['row', sides.before.name, sides.after.name, 'gain'],
        ...pairs
          .slice(0, MOST_COPIED)
          .map(({ sample, before, after, gain }) => [sample + 1, before, after, gain].map(String)),
      ]}
      title="Who changed"
      tools={isOfMany && <TwoSidesChoice page={page} sides={sides} />}
      finding={
        <>
          {isOfMany && (
            <>
              From ★ <Name text={sides.before.name} /> to <Name text={sides.after.name} />.{' '}
            </>
          )}
          On <Name text={column.key} />, {formatCount(fixed + broken)} of {plural(pairs.length, 'sample')} changed:{' '}
          {formatCount(fixed)} for the better, {formatCount(broken)} for the worse.
        </>
      }
    >
      {pairs.length === 0 ? (
        <p class="none">No sample has this score of both.</p>
      ) : (
        <div class="who-changed">
          {isBinary ? (
            <FourFold sides={sides} pairs={pairs} better={column.better} />
          ) : (
            <Scatter sides={sides} pairs={pairs} column={column} />
          )}
          <ChangedMost {...{ sides, source, pairs, column }} />
        </div>
      )}
    </Section>
  );
}

function pairsOf(index: PageIndex, { values, better }: ScoreColumn, sides: TwoSides): ScoredPair[] {
  const pairs: ScoredPair[] = [];
  if (values === null) return pairs;
  eachSample(index, (order, from, to) => {
    let [before, after] = [Number.NaN, Number.NaN];
    for (let at = from; at < to; at++) {
      const row = order[at]!;
      if (index.model[row] === sides.baseline) before = values[row]!;
      if (index.model[row] === sides.candidate) after = values[row]!;
    }
    if (Number.isNaN(before) || Number.isNaN(after)) return;
    pairs.push({
      sample: index.sample[order[from]!]!,
      before,
      after,
      gain: costOf(better, before) - costOf(better, after),
    });
  });
  return pairs;
}

interface FourFoldProps {
  readonly sides: TwoSides;
  readonly pairs: readonly ScoredPair[];
  readonly better: ScoreColumn['better'];
}

/** Right and wrong of both, as counts. */
function FourFold({ sides: { before: first, after: second }, pairs, better }: FourFoldProps) {
  const right = better === 'lower' ? 0 : 1;
  const count = (before: boolean, after: boolean) =>
    formatCount(pairs.filter((pair) => (pair.before === right) === before && (pair.after === right) === after).length);
  return (
    <table class="fourfold">
      <thead>
        <tr>
          <td />
          <th scope="col">
            <Name text={second.name} /> right
          </th>
          <th scope="col">wrong</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">
            ★ <Name text={first.name} /> right
          </th>
          <td>
            <strong>{count(true, true)}</strong> both right
          </td>
          <td class="worse">
            <button type="button" onClick={() => openList('broken')}>
              <strong>{count(true, false)}</strong> ▼ broken
            </button>
          </td>
        </tr>
        <tr>
          <th scope="row">wrong</th>
          <td class="better">
            <button type="button" onClick={() => openList('fixed')}>
              <strong>{count(false, true)}</strong> ▲ fixed
            </button>
          </td>
          <td>
            <strong>{count(false, false)}</strong> both wrong
          </td>
        </tr>
      </tbody>
    </table>
  );
}

/** The list of what changed, in the explorer. */
function openList(list: 'fixed' | 'broken'): void {
  setUrlValues({ list, state: '', only: '', q: '', row: '', model: '' });
  document.getElementById('samples')?.scrollIntoView();
}
