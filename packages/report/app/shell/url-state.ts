import { useEffect, useState } from 'preact/hooks';
import { wellFormed } from '../../src/text/well-formed.ts';

/**
 * What a page shows stands in the fragment of its address, `#list=fixed&row=38`, so that the address can be sent. A name
 * without a value is a place on the page: `#samples&list=worst`.
 */
const changed = new EventTarget();

export function urlValues(): URLSearchParams {
  return new URLSearchParams(location.hash.replace(/^#/, ''));
}

/** The fragment of these values, those that are '' left out. */
export function hashOf(values: Iterable<readonly [string, string]>): string {
  const parts = [...values]
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(wellFormed(value))}`);
  return parts.length === 0 ? '' : `#${parts.join('&')}`;
}

/** Changes some values and keeps the others; without an entry in the history. */
export function setUrlValues(change: Readonly<Record<string, string>>): void {
  const values = new Map(urlValues());
  for (const [name, value] of Object.entries(change)) {
    values.delete(name);
    values.set(name, value);
  }
  const hash = hashOf(values);
  if (hash === location.hash) return;
  try {
    history.replaceState(null, '', hash === '' ? location.pathname + location.search : hash);
  } catch {
    location.hash = hash;
  }
  changed.dispatchEvent(new Event('change'));
}

/** Calls back when the address changes, by the page or by hand; returns what ends that. */
export function onUrlChange(listener: () => void): () => void {
  changed.addEventListener('change', listener);
  addEventListener('hashchange', listener);
  return () => {
    changed.removeEventListener('change', listener);
    removeEventListener('hashchange', listener);
  };
}

/** One value of the address, '' where it has none, and what sets it. */
export function useUrlValue(name: string): readonly [string, (value: string) => void] {
  const [value, setValue] = useState(() => urlValues().get(name) ?? '');
  useEffect(() => {
    const look = () => setValue(urlValues().get(name) ?? '');
    look();
    return onUrlChange(look);
  }, [name]);
  return [value, (next) => setUrlValues({ [name]: next })];
}
