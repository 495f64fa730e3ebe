// The order of the pages: that of docs/README.md, whose headings are the groups.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { markdown } from '../read-page.mjs';

/**
 * @typedef {object} Group
 * @property {string} title
 * @property {{ file: string, title: string }[]} pages paths from the repository's root
 */

/** @returns {Group[]} each page once, under the first heading that lists it */
export function readNav(root) {
  const index = 'docs/README.md';
  const groups = [];
  const seen = new Set();
  let isHeading = false;
  for (const token of markdown.parse(readFileSync(join(root, index), 'utf8'), {})) {
    if (token.type === 'heading_open') isHeading = token.tag === 'h2';
    if (token.type === 'inline' && isHeading) groups.push({ title: token.content, pages: [] });
    if (token.type === 'heading_close') isHeading = false;
    for (const { file, title } of pageLinks(token, dirname(index)))
      if (!seen.has(file)) groups.at(-1)?.pages.push({ file, title }) && seen.add(file);
  }
  return groups;
}

function pageLinks({ children }, folder) {
  return (children ?? []).flatMap((child, at) => {
    const target = child.type === 'link_open' ? child.attrGet('href') : null;
    if (target === null || !target.endsWith('.md')) return [];
    return [{ file: join(folder, target), title: titleOf(children[at + 1].content) }];
  });
}

const titleOf = (text) => `${text[0].toUpperCase()}${text.slice(1)}`;
