/** @jsxImportSource preact */
import type { PageIndex, ScoreColumn } from '../../src/rows/page-data.ts';
import type { RunPage } from '../../src/run-page/run-page.ts';
import { formatCount, plural } from '../../src/wording/format-number.ts';
import { costOf } from '../filter/list-rows.ts';
import { Section } from '../marks/section.tsx';
import { Name } from '../marks/words.tsx';
import { setUrlValues, useUrlValue } from '../shell/url-state.ts';
import { Scatter } from './scatter.tsx';

/** A sample that both models have a score of. */
export interface ScoredPair {
  readonly sample: number;
  readonly before: number;
  readonly after: number;
  /** Above 0 for better. */
  readonly gain: number;
}

/** Sample by sample: where the two stand, and who changed sides. */
export function ChangedSection({ page, index }: { readonly page: RunPage; readonly index: PageIndex }) {
  const [wanted] = useUrlValue('score');
  const column =
    index.scores.find(({ key }) => key === wanted) ??
    index.scores.find(({ key }) => key === page.scores[0]?.key) ??
    index.scores[0];
  if (column === undefined) return null;
  const pairs = pairsOf(index, column);
  if (pairs.length === 0) return null;
  const fixed = pairs.filter(({ gain }) => gain > 0).length;
  const broken = pairs.filter(({ gain }) => gain < 0).length;
  const isBinary = pairs.every(({ before, after }) => [0, 1].includes(before) && [0, 1].includes(after));
  return (
    <Section
      id="changed"
      title="Who changed"
      finding={
        <>
          On <Name text={column.key} />, {formatCount(fixed + broken)} of {plural(pairs.length, 'sample')} changed:{' '}
          {formatCount(fixed)} for the better, {formatCount(broken)} for the worse.
        </>
      }
    >
      {isBinary ? (
        <FourFold page={page} pairs={pairs} better={column.better} />
      ) : (
        <Scatter page={page} pairs={pairs} column={column} />
      )}
    </Section>
  );
}

function pairsOf(index: PageIndex, { values, better }: ScoreColumn): ScoredPair[] {
  const before = new Map<number, number>();
  values.forEach((value, row) => {
    if (value !== null && index.model[row] === 0) before.set(index.sample[row] ?? -1, value);
  });
  return values.flatMap((after, row) => {
    const sample = index.sample[row] ?? -1;
    const old = before.get(sample);
    if (after === null || old === undefined || index.model[row] !== 1) return [];
    return [{ sample, before: old, after, gain: costOf(better, old) - costOf(better, after) }];
  });
}

interface FourFoldProps {
  readonly page: RunPage;
  readonly pairs: readonly ScoredPair[];
  readonly better: ScoreColumn['better'];
}

/** Right and wrong of both, as counts. */
function FourFold({ page, pairs, better }: FourFoldProps) {
  const right = better === 'lower' ? 0 : 1;
  const count = (before: boolean, after: boolean) =>
    formatCount(pairs.filter((pair) => (pair.before === right) === before && (pair.after === right) === after).length);
  const [first, second] = page.models;
  return (
    <table class="fourfold">
      <thead>
        <tr>
          <td />
          <th scope="col">
            <Name text={second?.name ?? ''} /> right
          </th>
          <th scope="col">wrong</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">
            ★ <Name text={first?.name ?? ''} /> right
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
