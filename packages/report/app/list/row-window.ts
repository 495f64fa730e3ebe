/** Pixels of one row; page.css has the same. */
export const ROW_HEIGHT = 52;

/** Browsers stop short of some 17 million pixels; longer lists scroll in proportion. */
const MOST_PIXELS = 12_000_000;

export interface RowWindow {
  /** Height of the whole list in pixels. */
  readonly height: number;
  /** First row drawn, and the row after the last. */
  readonly from: number;
  readonly to: number;
  /** Pixels from the list's top to row `from`. */
  readonly offset: number;
}

/** Which rows of `count` to draw when the list has been scrolled by `scrollTop` and shows `viewport` pixels. */
export function rowWindow(count: number, scrollTop: number, viewport: number): RowWindow {
  const full = count * ROW_HEIGHT;
  const height = Math.min(full, MOST_PIXELS);
  const stretch = height === full ? 1 : (full - viewport) / Math.max(1, height - viewport);
  const top = scrollTop * stretch;
  const from = Math.max(0, Math.min(count, Math.floor(top / ROW_HEIGHT) - 4));
  const to = Math.min(count, Math.ceil((top + viewport) / ROW_HEIGHT) + 4);
  return { height, from, to, offset: from * ROW_HEIGHT - top + scrollTop };
}

/** Where to scroll so that a row is in sight; the present place if it already is. */
export function scrollToRow(row: number, count: number, scrollTop: number, viewport: number): number {
  const full = count * ROW_HEIGHT;
  const height = Math.min(full, MOST_PIXELS);
  const stretch = height === full ? 1 : (full - viewport) / Math.max(1, height - viewport);
  const top = scrollTop * stretch;
  const start = row * ROW_HEIGHT;
  if (start < top) return start / stretch;
  return start + ROW_HEIGHT > top + viewport ? (start + ROW_HEIGHT - viewport) / stretch : scrollTop;
}
