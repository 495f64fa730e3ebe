// Every number of README and docs, and whether one changed digit of it is noticed.
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { figureProblems } from './check-figures.mjs';
import { linkProblems } from './check-links.mjs';
import { dataProblems } from './data-blocks.mjs';
import { difference } from './expected-output.mjs';
import { pagesOf } from './pages.mjs';
import { readPage } from './read-page.mjs';
import { zoneAt, zonesOf } from './zones.mjs';

/** Of kinds that may have numbers which no check can hold: why. */
export const NOT_NOTICED = { printed: 'times, rates, days, ports and names of runs, which differ each time' };

/**
 * @typedef {object} Numeral
 * @property {string} name of its page
 * @property {string} text of its page
 * @property {number} index where it stands
 * @property {string} number
 * @property {string} kind of its zone
 * @property {{ from: number, to: number, isExact?: boolean }} zone
 * @property {readonly object[]} zones of its page: another digit moves none
 * @property {boolean} follows whether commands of its page print something that is compared
 */

/** @returns {Promise<Numeral[]>} */
export async function numbersOf(root) {
  const pages = (await pagesOf(root)).map((file) => relative(root, file)).filter((name) => /^(README|docs)/.test(name));
  const found = await Promise.all(
    pages.map(async (name) => {
      const text = await readFile(join(root, name), 'utf8');
      const zones = zonesOf(name, text);
      const follows = zones.some(({ kind }) => kind === 'printed');
      return [...text.matchAll(/\d+/g)].map(({ index, 0: number }) => {
        const zone = zoneAt(zones, index);
        return { name, text, index, number, kind: zone.kind, zone, zones, follows };
      });
    }),
  );
  return found.flat();
}

/** The page with its first digit another one. @param {Numeral} numeral */
export function changedPage({ text, index, number }) {
  const digit = number[0] === '9' ? 8 : Number(number[0]) + 1;
  return `${text.slice(0, index)}${digit}${text.slice(index + 1)}`;
}

/** Runs no command: what a command printed is taken to be what stands there. @param {Numeral} numeral */
export function isNoticed(numeral, figures, root) {
  const { name, text, kind, zone, zones } = numeral;
  const changed = changedPage(numeral);
  switch (kind) {
    // Tests hold it to the program to the letter; a page that is followed fails where a command ends with another code.
    case 'generated':
    case 'exit':
      return true;
    case 'printed':
      return difference(part(changed, zone), part(text, zone), '/reader', zone.isExact) !== undefined;
    case 'data':
      return dataProblems(changed, name).length > 0;
    case 'link':
      return linkProblems(join(root, name), readPage(changed)).length > 0;
    default:
      return figureProblems(changed, figures, name, zones).length > 0;
  }
}

const part = (text, { from, to }) => text.slice(from, to);
