// Links within the repository: their files are there, and so are the headings that they name.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readPage } from './read-page.mjs';

/** Read once each. */
const anchors = new Map();

/** @returns {string[]} each with its line */
export function linkProblems(file, { links, headings }) {
  anchors.set(resolve(file), new Set(headings.map(({ anchor }) => anchor)));
  return links.flatMap(({ target, line }) => {
    if (/^[a-z]+:/i.test(target)) return [];
    const [path, anchor] = decodeURI(target).split('#');
    const found = path === '' ? resolve(file) : resolve(dirname(file), path);
    if (!existsSync(found)) return [`${line}: ${target}: no such file`];
    if (anchor === undefined || !found.endsWith('.md') || statSync(found).isDirectory()) return [];
    return anchorsOf(found).has(anchor) ? [] : [`${line}: ${target}: no such heading`];
  });
}

function anchorsOf(file) {
  if (!anchors.has(file))
    anchors.set(file, new Set(readPage(readFileSync(file, 'utf8')).headings.map(({ anchor }) => anchor)));
  return anchors.get(file);
}
