/** @jsxImportSource preact */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { visibleText } from '../../src/text/visible-text.ts';
import { formatDifference, formatScore } from '../../src/wording/format-number.ts';
import { hasTexts } from '../data/kept-texts.ts';
import type { SampleSource } from '../data/sample-source.ts';
import { textOf } from '../filter/search-text.ts';
import { type Mark, ModelMark } from '../marks/model-mark.tsx';
import { VerdictGlyph } from '../marks/verdict-badge.tsx';
import { ROW_HEIGHT, rowWindow, scrollToRow } from './row-window.ts';

export interface RowListProps {
  readonly source: SampleSource;
  readonly rows: Int32Array;
  /** What the candidate gained on the baseline, by row of the page; null in lists that are not about that. */
  readonly gains: Float64Array | null;
  /** By model. */
  readonly marks: readonly Mark[];
  /** Position of the score shown at the end of each row. */
  readonly score: number;
  /** The chosen row, in the list or not, and its place in `rows` or −1. */
  readonly chosen: number;
  readonly cursor: number;
  readonly onChoose: (cursor: number) => void;
}

/** Characters of a text that one line can show at most. */
const LINE = 200;

function line(text: string): string {
  return visibleText(text.slice(0, LINE).replace(/\s+/g, ' '));
}

function Gain({ gain }: { readonly gain: number }) {
  return (
    <span class={gain > 0 ? 'gain better' : 'gain worse'}>
      <VerdictGlyph tone={gain > 0 ? 'better' : 'worse'} /> {formatDifference(gain)}
    </span>
  );
}

/** The rows that pass the filter. Only those in sight exist in the page. */
export function RowList({ source, rows, gains, marks, score, chosen, cursor, onChoose }: RowListProps) {
  const list = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const [viewport, setViewport] = useState(600);
  const [, setLoaded] = useState(0);
  const { index } = source;
  const { height, from, to, offset } = rowWindow(rows.length, scrollTop, viewport);

  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setViewport(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // A new filter or order shows its first rows; only then does a newly chosen row come into sight.
  useLayoutEffect(() => {
    if (list.current !== null) list.current.scrollTop = 0;
  }, [rows]);

  useLayoutEffect(() => {
    const element = list.current;
    if (element === null || cursor < 0) return;
    element.scrollTop = scrollToRow(cursor, rows.length, element.scrollTop, element.clientHeight);
  }, [chosen]);

  useEffect(() => {
    const missing = new Set<number>();
    for (const row of rows.subarray(from, to)) if (source.peek(row) === null) missing.add(source.chunkOf(row));
    if (missing.size === 0) return;
    let wanted = true;
    // A fast scroll passes by: only where it rests are texts worth reading.
    const timer = setTimeout(() => {
      const looked = () => wanted && setLoaded((n) => n + 1);
      for (const chunk of missing) source.load(chunk).then(looked, looked);
    }, 30);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [source, rows, from, to]);

  const option = (row: number, place: number) => {
    const packed = source.peek(row);
    const state = index.states[index.state[row] ?? 0] ?? '';
    const value = index.scores[score]?.values?.[row] ?? Number.NaN;
    const pending = source.missing(row) === null ? '…' : 'texts missing';
    const output =
      packed === null
        ? '…'
        : textOf(packed.output ?? packed.error ?? (hasTexts(packed) ? 'no output' : 'texts not kept'));
    return (
      // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names its active option
      // biome-ignore lint/a11y/useKeyWithClickEvents: the explorer handles keys for the whole list
      <div
        key={place}
        id={`row-${row}`}
        class="row"
        role="option"
        aria-selected={place === cursor}
        aria-setsize={rows.length}
        aria-posinset={place + 1}
        onClick={() => onChoose(place)}
      >
        <span class="row-number">{(index.sample[row] ?? 0) + 1}</span>
        <ModelMark mark={marks[index.model[row] ?? 0]!} />
        <span class="row-input">{packed === null ? pending : line(textOf(packed.input))}</span>
        <span class="row-output">{output === '' ? '(empty)' : line(output)}</span>
        <span class="row-score">
          {gains !== null ? (
            <Gain gain={gains[row] ?? 0} />
          ) : state === 'scored' || !Number.isNaN(value) ? (
            formatScore(Number.isNaN(value) ? null : value)
          ) : (
            <span class={`state state-${state}`}>{state.replace('_', ' ')}</span>
          )}
        </span>
      </div>
    );
  };

  return (
    <div
      ref={list}
      class="rows"
      role="listbox"
      aria-label="Samples"
      tabIndex={0}
      {...(cursor >= from && cursor < to && { 'aria-activedescendant': `row-${chosen}` })}
      onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
    >
      <div class="rows-all" role="presentation" style={{ height: `${height}px` }}>
        <div class="rows-drawn" role="presentation" style={{ transform: `translateY(${offset}px)` }}>
          {Array.from(rows.subarray(from, to), (row, i) => option(row, from + i))}
        </div>
      </div>
      {rows.length === 0 && (
        <p class="none nothing" style={{ minHeight: `${ROW_HEIGHT}px` }}>
          No row passes the filter.
        </p>
      )}
    </div>
  );
}
