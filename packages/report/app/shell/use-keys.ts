import { useLayoutEffect, useRef } from 'preact/hooks';

/** What a key does; returns true where it was used. */
export type KeyActions = Readonly<Record<string, () => boolean>>;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && /^(?:INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
}

/** Keys for the whole page. While a field has the focus only Esc works; a dialog keeps its keys to itself. */
export function useKeys(actions: KeyActions): void {
  const latest = useRef(actions);
  latest.current = actions;
  // With the rows, not after their paint: who sees them may type.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (document.querySelector('dialog[open]') !== null) return;
      if (event.key !== 'Escape' && isTyping(event.target)) return;
      const onButton = event.target instanceof HTMLElement && /^(?:A|BUTTON|SUMMARY)$/.test(event.target.tagName);
      if (event.key === 'Enter' && onButton) return;
      if (latest.current[event.key]?.()) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
