/** @jsxImportSource preact */
import { useState } from 'preact/hooks';
import { HelpDialog } from './help-dialog.tsx';
import { homeOf } from './home.ts';
import { nextTheme, setTheme, storedTheme } from './theme.ts';
import { useKeys } from './use-keys.ts';

/** The viewer's pages: address and name. */
const PAGES = [
  ['', 'Runs'],
  ['compare', 'Compare'],
  ['history', 'History'],
  ['label', 'Label'],
] as const;

/** The bar above every page; in the viewer with the way to its others. */
export function TopBar({ current }: { readonly current?: (typeof PAGES)[number][1] }) {
  const home = homeOf();
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
        {home !== '' && (
          <nav aria-label="Pages">
            {PAGES.map(([path, name]) => (
              <a key={name} href={home + path} {...(name === current && { 'aria-current': 'page' as const })}>
                {name}
              </a>
            ))}
          </nav>
        )}
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
      <HelpDialog open={help} isRuns={current === 'Runs'} onClose={() => setHelp(false)} />
    </header>
  );
}
