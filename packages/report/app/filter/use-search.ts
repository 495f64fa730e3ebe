import { useEffect, useState } from 'preact/hooks';
import type { SampleSource } from '../data/sample-source.ts';
import { searchText } from './search-text.ts';

export interface Search {
  /** 1 for each row found so far; null without a text. */
  readonly matches: Uint8Array | null;
  /** Rows searched so far; null when the search is over. */
  readonly searched: number | null;
}

const NONE: Search = { matches: null, searched: null };

/** Searches a little after the last key, and gives way to the page while it goes on. */
export function useSearch(source: SampleSource, text: string): Search {
  const [search, setSearch] = useState<Search>(NONE);
  useEffect(() => {
    if (text === '') {
      setSearch(NONE);
      return;
    }
    const controller = new AbortController();
    const timer = setTimeout(() => {
      searchText(source, text, controller.signal, (matches, done) =>
        setSearch({ matches, searched: done < source.index.rows ? done : null }),
      ).catch(() => setSearch(NONE));
    }, 120);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [source, text]);
  return text === '' ? NONE : search;
}
