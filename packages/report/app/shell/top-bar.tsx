/** @jsxImportSource preact */
import { useState } from 'preact/hooks';
import { HelpDialog } from './help-dialog.tsx';
import { nextTheme, setTheme, storedTheme } from './theme.ts';
import { useKeys } from './use-keys.ts';

/** The bar above every page. */
export function TopBar() {
  const [theme, setShown] = useState(storedTheme);
  const [help, setHelp] = useState(false);
  useKeys({
    '?': () => {
      setHelp(true);
      return true;
    },
  });
  return (
    <header class="app">
      <div class="wrap">
        <span class="brand">
          <svg viewBox="0 0 20 14" aria-hidden="true">
            <path d="M1 7h18M1 3.5v7M19 3.5v7" stroke="currentColor" stroke-width="1.4" fill="none" />
            <circle cx="12" cy="7" r="3.6" fill="currentColor" />
          </svg>
          assay
        </span>
        <div class="right">
          <button
            type="button"
            class="btn bare"
            id="theme"
            onClick={() => {
              setTheme(nextTheme(theme));
              setShown(nextTheme(theme));
            }}
          >
            theme: {theme}
          </button>
          <button type="button" class="btn bare" onClick={() => setHelp(true)} aria-keyshortcuts="?">
            keys <kbd>?</kbd>
          </button>
        </div>
      </div>
      <HelpDialog open={help} onClose={() => setHelp(false)} />
    </header>
  );
}
