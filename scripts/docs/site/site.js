// In the reader's browser: search over all pages, and the theme. A plain script, for modules do not load from a folder.
/* global MiniSearch, SEARCH */
(() => {
  const root = document.body.dataset.root;
  const query = document.getElementById('query');
  const found = document.getElementById('found');
  let index;

  const search = (text) => {
    index ??= MiniSearch.loadJS(SEARCH.index, SEARCH.options);
    return index.search(SEARCH.withoutCommonWords(text), SEARCH.how).slice(0, 12);
  };

  const show = () => {
    const hits = query.value.trim() === '' ? [] : search(query.value);
    found.hidden = query.value.trim() === '';
    found.replaceChildren(
      ...hits.map(({ id, title, page }) => {
        const link = Object.assign(document.createElement('a'), { href: `${root}${id}`, textContent: title });
        const item = document.createElement('li');
        item.append(link, Object.assign(document.createElement('small'), { textContent: page }));
        return item;
      }),
    );
    if (hits.length === 0) found.append(Object.assign(document.createElement('li'), { textContent: 'Nothing found.' }));
  };

  query.addEventListener('input', show);
  addEventListener('keydown', (event) => {
    if (event.key === '/' && document.activeElement !== query) {
      event.preventDefault();
      query.focus();
    } else if (event.key === 'Escape') {
      query.value = '';
      show();
    } else if (event.key === 'Enter' && document.activeElement === query) found.querySelector('a')?.click();
  });

  const theme = document.documentElement;
  try {
    theme.dataset.theme = localStorage.getItem('theme') ?? '';
  } catch {}
  document.getElementById('theme').addEventListener('click', () => {
    const isDark =
      theme.dataset.theme === 'dark' || (!theme.dataset.theme && matchMedia('(prefers-color-scheme: dark)').matches);
    theme.dataset.theme = isDark ? 'light' : 'dark';
    try {
      localStorage.setItem('theme', theme.dataset.theme);
    } catch {}
  });

  const pages = document.querySelector('nav details');
  if (matchMedia('(max-width: 60rem)').matches) pages.open = false;
})();
