import { useEffect, useRef, useState } from 'preact/hooks';
import type { PageIndex } from '../../src/rows/page-data.ts';
import { onUrlChange, setUrlValues, urlValues } from '../shell/url-state.ts';
import { CLEARED, type FilterDefaults, filterOf, filterValues, type RowFilter } from './row-filter.ts';

/** Milliseconds after the last change: browsers allow an address only so many changes a second. */
const PAUSE_MS = 150;

export interface FilterState {
  readonly filter: RowFilter;
  readonly change: (change: Partial<RowFilter>) => void;
  readonly clear: () => void;
}

/** The filter of the list; the address follows it, and it follows the address. */
export function useFilter(index: PageIndex, defaults: FilterDefaults): FilterState {
  const [filter, setFilter] = useState(() => filterOf(urlValues(), index, defaults));
  const waiting = useRef<{ timer: ReturnType<typeof setTimeout>; values: Record<string, string> } | null>(null);

  useEffect(
    () =>
      onUrlChange(() => {
        if (waiting.current === null) setFilter(filterOf(urlValues(), index, defaults));
      }),
    [index],
  );

  const say = (values: Readonly<Record<string, string>>) => {
    const before = waiting.current;
    if (before !== null) clearTimeout(before.timer);
    const all = { ...before?.values, ...values };
    const timer = setTimeout(() => {
      waiting.current = null;
      setUrlValues(all);
    }, PAUSE_MS);
    waiting.current = { timer, values: all };
  };
  return {
    filter,
    change: (change) => {
      setFilter((old) => ({ ...old, ...change }));
      say(filterValues(change, index));
    },
    clear: () => {
      setFilter(filterOf(new URLSearchParams(), index, defaults));
      say(CLEARED);
    },
  };
}
