/** @jsxImportSource preact */
import { formatCount } from '../../src/wording/format-number.ts';
import type { SampleSource } from '../data/sample-source.ts';
import { SampleDetail } from '../detail/sample-detail.tsx';
import type { Mark } from '../marks/model-mark.tsx';

/** Rows that a print shows. */
const MOST = 30;

/** The first rows of the list, whole, for paper. */
export function PrintedRows({
  source,
  rows,
  marks,
  diff,
}: {
  readonly source: SampleSource;
  readonly rows: Int32Array;
  readonly marks: readonly Mark[];
  readonly diff: boolean;
}) {
  const shown = Array.from(rows.subarray(0, MOST)).filter((row) => source.peek(row) !== null);
  return (
    <div class="printed">
      {shown.map((row) => (
        <section class="printed-sample" key={row}>
          <SampleDetail source={source} rows={[row]} marks={marks} diff={diff} />
        </section>
      ))}
      {rows.length > shown.length && (
        <p class="note">
          The first {formatCount(shown.length)} of {formatCount(rows.length)} rows; the page itself has them all.
        </p>
      )}
    </div>
  );
}
