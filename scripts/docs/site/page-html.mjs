// What stands around a page: its place among the others, the search, what to read next.
import { dirname, relative } from 'node:path';
import { htmlOf } from './render-page.mjs';

/**
 * @param {{ title: string, html: string, sections: { title: string, anchor: string }[] }} page
 * @param {{ file: string, groups: import('./nav.mjs').Group[] }} place
 */
export function pageHtml({ title, html }, { file, groups }) {
  const to = (target) => relative(dirname(htmlOf(file)), target) || 'index.html';
  const flat = groups.flatMap(({ pages }) => pages);
  const at = flat.findIndex((page) => page.file === file);
  const item = (page) =>
    `<li><a href="${to(htmlOf(page.file))}"${page.file === file ? ' aria-current="page"' : ''}>${escapeHtml(page.title)}</a></li>`;
  const nav = groups
    .map((group) => `<h2>${escapeHtml(group.title)}</h2>\n<ul>\n${group.pages.map(item).join('\n')}\n</ul>`)
    .join('\n');
  const step = (page, word) =>
    page === undefined ? '' : `<a href="${to(htmlOf(page.file))}" rel="${word}">${word}: ${escapeHtml(page.title)}</a>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self' file:; script-src 'self' file:; img-src 'self' file: data:">
<title>${escapeHtml(title)} · assay</title>
<link rel="stylesheet" href="${to('site.css')}">
<script src="${to('search-index.js')}" defer></script>
<script src="${to('site.js')}" defer></script>
</head>
<body data-root="${to('.') === 'index.html' ? '' : `${to('.')}/`}">
<a class="skip" href="#main">Skip to the page</a>
<header>
<a class="home" href="${to('index.html')}">assay</a>
<search><label for="query">Search</label><input id="query" type="search" autocomplete="off" placeholder="Search ( / )" aria-controls="found"></search>
<ol id="found" hidden></ol>
<button type="button" id="theme" aria-label="Dark or light">◐</button>
</header>
<div class="columns">
<nav aria-label="Pages"><details open><summary>Pages</summary>
${nav}
</details></nav>
<main id="main">
${html}
<footer>${step(flat[at - 1], 'previous')}${step(at < 0 ? flat[0] : flat[at + 1], 'next')}</footer>
</main>
</div>
</body>
</html>
`;
}

const escapeHtml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
