const THEMES = ['auto', 'light', 'dark'] as const;
const KEY = 'assay-theme';

type Theme = (typeof THEMES)[number];

/** Storage throws where the browser denies it to `file:` pages; the theme then lasts as long as the page. */
function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === value) ?? 'auto';
  } catch {
    return 'auto';
  }
}

function store(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Nothing to keep it in.
  }
}

/** Sets the theme at once and returns what wires the button when the page is there. */
export function startTheme(): (button: HTMLElement) => void {
  let theme = stored();
  const root = document.documentElement;
  root.dataset.theme = theme;
  return (button) => {
    const show = () => {
      root.dataset.theme = theme;
      button.textContent = `theme: ${theme}`;
    };
    button.hidden = false;
    show();
    button.addEventListener('click', () => {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
      store(theme);
      show();
    });
  };
}
