/** @jsxImportSource preact */
import type { PackedRemark } from '../../src/rows/page-data.ts';
import { textOf } from '../filter/search-text.ts';
import { Name } from '../marks/words.tsx';
import { TextBlock } from './text-view.tsx';

/** What judges said of an answer, row by row of the rubric, with their reasons; rows that were missed stand out. */
export function Judged({ remarks }: { readonly remarks: readonly PackedRemark[] }) {
  const rows = remarks.filter(({ about }) => about !== undefined);
  const missed = rows.filter(({ score }) => score < 0.5).length;
  return (
    <section class="judged" aria-label="What the judge said">
      {rows.length > 0 && (
        <p class="none">
          {missed === 0 ? 'Every row of the rubric was met.' : `${missed} of ${rows.length} rows of the rubric missed.`}
        </p>
      )}
      <ul>
        {remarks.map((remark, at) => (
          <li key={at} class={remark.about !== undefined && remark.score < 0.5 ? 'missed' : ''}>
            {remark.about !== undefined && (
              <>
                <span aria-hidden="true">{remark.score < 0.5 ? '✗ ' : '✓ '}</span>
                <Name text={textOf(remark.about)} />:{' '}
              </>
            )}
            <b>
              <Name text={remark.holds} />
            </b>{' '}
            <span class="by">
              {Math.round(100 * remark.sureness)} % sure
              {new Set(remark.said).size > 1 && (
                <>
                  , said <Name text={remark.said.join(', then ')} />
                </>
              )}
              , by <Name text={remark.by} /> for <Name text={remark.of} />
            </span>
            {remark.reason !== undefined && <TextBlock packed={remark.reason} />}
          </li>
        ))}
      </ul>
    </section>
  );
}
