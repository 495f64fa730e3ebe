// The parts of a page, by what holds the numbers in them.
import { commandsOf } from './commands.mjs';
import { readPage } from './read-page.mjs';

/** `<!-- figure: NAME -->0.224 … 1<!-- /figure -->` in a line, or around lines of their own. */
export const MARKED = /(<!-- figure: (.+?) -->\n?)([\s\S]*?)(\n?<!-- \/figure -->)/g;
/** Parts that tests of their own hold to what they are made of. */
const MADE =
  /<!-- (keys|families|hybrids|rubrics|differences|permissions|perturbations)\b[\s\S]*?<!-- (?:\/\1|end of keys) -->/g;
/** Blocks whose values are read as data. */
export const DATA = new Set(['yaml', 'json', 'jsonl', 'csv']);
const COMMENT = /(?:^|\s)#.*$/gm;

/**
 * @typedef {object} Zone
 * @property {'generated' | 'marked' | 'printed' | 'data' | 'typed' | 'shown' | 'exit' | 'link' | 'remark' | 'code' | 'prose'} kind
 * @property {number} from
 * @property {number} to
 * @property {boolean} [isExact] of `printed`: compared to the letter
 */

/** The kind of a place's zone. */
export const kindAt = (zones, place) => zoneAt(zones, place).kind;
export const zoneAt = (zones, place) => zones.find(({ from, to }) => from <= place && place < to);

/** @returns {Zone[]} the first that a place lies in counts; the last is the whole page */
export function zonesOf(name, text) {
  if (name === 'docs/commands.md') return [{ kind: 'generated', from: 0, to: text.length }];
  const lines = text.split('\n');
  const starts = [0];
  for (const line of lines) starts.push(starts.at(-1) + line.length + 1);
  const blocks = readPage(text).blocks.map((block) => ({ ...block, from: starts[block.first], to: starts[block.end] }));
  return [
    ...found('generated', MADE, text),
    ...found('marked', MARKED, text),
    ...blocks.flatMap((block) => zonesOfBlock(block, text)),
    ...found('link', /\]\((?![a-z]+:)[^)\s]*\)/g, text),
    ...found('remark', /<!--[\s\S]*?-->/g, text),
    ...found('code', /`[^`\n]*`/g, text),
    { kind: 'prose', from: 0, to: text.length },
  ];
}

const found = (kind, pattern, text, at = 0) =>
  [...text.matchAll(pattern)].map(({ index, 0: all }) => ({ kind, from: at + index, to: at + index + all.length }));

function zonesOfBlock({ language, shown, isExact, from, to, text: code }) {
  if (shown !== undefined) return [{ kind: 'shown', from, to }];
  if (DATA.has(language)) return [...found('typed', COMMENT, code, from), { kind: 'data', from, to }];
  if (language !== 'console') return [{ kind: 'typed', from, to }];
  const lines = code.split('\n');
  const at = (line) => from + lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0);
  const outputs = commandsOf(code).map(({ first, end }) => ({
    kind: 'printed',
    from: at(first),
    to: at(end),
    isExact,
  }));
  const exits = found('exit', /^\$ .*# exit code \d+$/gm, code, from);
  return [
    ...exits.map((exit) => ({
      ...exit,
      from: exit.from + code.slice(exit.from - from, exit.to - from).lastIndexOf('#'),
    })),
    ...outputs.filter((output) => output.from < output.to),
    { kind: 'typed', from, to },
  ];
}
