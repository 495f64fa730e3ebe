const THEMES = ['auto', 'light', 'dark'] as const;
const KEY = 'assay-theme';

export type Theme = (typeof THEMES)[number];

/** Storage throws where the browser denies it to `file:` pages; the theme then lasts as long as the page. */
export function storedTheme(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === value) ?? 'auto';
  } catch {
    return 'auto';
  }
}

/** Shows the page in a theme, and keeps it. */
export function setTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Nothing to keep it in.
  }
}

export function nextTheme(theme: Theme): Theme {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
}
