// Whether a command printed what its page shows. A line `…` stands for any lines; what depends on the machine or the day is
// compared by its form alone.
import { hostname } from 'node:os';

/** [form, what stands for it] */
const MACHINE = [
  [/\b\d{8}T\d{6}Z-[0-9a-f]{4}\b/g, 'RUN'],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?/g, 'TIME'],
  [/\b\d{4}-\d\d-\d\d\b/g, 'DAY'],
  [/\b[\d,.]+ (tok|rows|samples|pairs)\/s\b/g, 'RATE'],
  [/(?<![\w:.])\d+:\d\d(:\d\d)?\b/g, 'CLOCK'],
  [/\b[\d,.]+ (ms|s|min|h|CPU s|MB\/s)(?![\w-])/g, 'DURATION'],
  [/\b(127\.0\.0\.1|localhost):\d+/g, 'SERVER'],
  [/"latencyMs":[\d.]+/g, '"latencyMs":DURATION'],
  [/\bprocess \d+/g, 'process N'],
  [/\bv?\d+\.\d+\.\d+\b(?= *(\(Node|on Node|node))/g, 'VERSION'],
  [/\b[Nn]ode(\.js)? v?\d+\.\d+\.\d+/g, 'NODE'],
];

/** Lines that only a slow machine prints: progress before its end, and what slowed it. */
const SLOW = /╌|^slowed by /;

export const withoutSlowLines = (text) =>
  text
    .split('\n')
    .filter((line) => !SLOW.test(line))
    .join('\n');

export const withoutFolder = (text, folder) => text.replaceAll(`${folder}/`, '').replaceAll(folder, '.');

/** @param {string} folder the reader's own, whose path no page can know */
export function withoutMachine(line, folder) {
  let text = withoutFolder(line, folder).replaceAll(hostname(), 'HOST');
  for (const [form, word] of MACHINE) text = text.replaceAll(form, word);
  // A longer time pushes what follows it to the right.
  return text.replaceAll(/ {2,}/g, '  ').trimEnd();
}

/**
 * @param {string} expected as the page shows it
 * @param {string} printed
 * @param {boolean} [isExact] nothing of it depends on the machine or the day
 * @returns {string | undefined} the first line that differs, in words; undefined where none does
 */
export function difference(expected, printed, folder, isExact = false) {
  const wanted = isExact ? expected.trimEnd().split('\n') : linesOf(expected, folder);
  const found = isExact ? printed.trimEnd().split('\n') : linesOf(printed, folder);
  let at = 0;
  for (let line = 0; line < wanted.length; line += 1) {
    if (wanted[line] === '…') {
      const next = wanted[line + 1];
      if (next === undefined) return undefined;
      while (at < found.length && found[at] !== next) at += 1;
      if (at === found.length) return `after …: “${next}” was not printed`;
    } else if (found[at] !== wanted[line]) {
      return `“${wanted[line]}” is shown, “${found[at] ?? 'nothing'}” was printed`;
    } else at += 1;
  }
  return at < found.length ? `“${found[at]}” was printed, and is not shown` : undefined;
}

const linesOf = (text, folder) => {
  const lines = withoutSlowLines(text)
    .split('\n')
    .map((line) => withoutMachine(line, folder))
    // Progress at its end may be told twice.
    .filter((line, at, all) => !line.includes('━') || line !== all[at - 1]);
  while (lines.at(-1) === '') lines.pop();
  return lines;
};
