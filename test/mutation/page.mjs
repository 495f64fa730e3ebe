// Results of scripts/mutate.mjs by room, in test/mutation/results/, and the page that tells them.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RESULTS = join(dirname(fileURLToPath(import.meta.url)), 'results');

function resultFile(room) {
  return join(RESULTS, `${room.replace('/', '-')}.jsonl`);
}

/** Counts in the first line, then a survivor a line. */
export function writeResult(room, { survivors, ...counts }) {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(resultFile(room), [counts, ...survivors].map((line) => `${JSON.stringify(line)}\n`).join(''));
}

function resultsByRoom(rooms) {
  return rooms
    .filter((room) => existsSync(resultFile(room)))
    .map((room) => {
      const [counts, ...survivors] = readFileSync(resultFile(room), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      return { room, ...counts, survivors };
    });
}

export function table(rooms) {
  const rows = resultsByRoom(rooms);
  const names = ['killed', 'timeout', 'survived', 'uncovered'];
  const sums = Object.fromEntries(
    names.map((name) => [name, rows.reduce((sum, row) => sum + row.every * row[name], 0)]),
  );
  const line = (room, row, commit) =>
    `| ${[room, row.killed + row.timeout + row.survived + row.uncovered, ...names.map((name) => row[name]), score(row), commit].join(' | ')} |`;
  return [
    '| room | mutants | killed | timed out | survived | run by no test | score | at commit |',
    '|---|---:|---:|---:|---:|---:|---:|---|',
    ...rows.map((row) => line(nameOf(row), row, row.commit)),
    line('**all**, rooms of which a part was tried scaled up', sums, ''),
  ];
}

function nameOf({ room, every, from = 0, isUnfinished }) {
  const notes = [
    ...(every > 1 ? [`one in ${every}${from > 0 ? `, from number ${from + 1} on` : ''}`] : []),
    ...(isUnfinished ? ['ended early: more may be found'] : []),
  ];
  return notes.length === 0 ? room : `${room} (${notes.join('; ')})`;
}

/** Share of the mutants that some test noticed. */
function score({ killed, timeout, survived, uncovered }) {
  return `${((100 * (killed + timeout)) / (killed + timeout + survived + uncovered)).toFixed(1)} %`;
}

function notMeasured(rooms) {
  const missing = rooms.filter((room) => !existsSync(resultFile(room)));
  return missing.length === 0 ? [] : [`Not measured yet: ${missing.join(', ')}.`, ''];
}

const code = (text) => `\`${text.replaceAll('`', "'").replaceAll('|', '\\|')}\``;

function survivorsOf({ room, survivors }) {
  const lines = survivors.map(([place, was, became, how]) => {
    const note = how === 'uncovered' ? ' (no test runs it)' : '';
    return `- ${place}: ${code(was)} → ${code(became)}${note}`;
  });
  return [`## Survivors of ${room}`, '', ...lines, ''];
}

function reviewLine({ what, tests, near }) {
  const by = tests.replace(/^packages\/core\/src\//, '');
  return `- ${what}: killed by ${code(by)}${near === undefined ? '' : `. ${near}`}`;
}

/** @param reviewed the faults of review-mutants.json */
export function page(rooms, reviewed) {
  return [
    '# Mutation testing',
    '',
    '`npm run mutate` changes the code of the rooms below in one place at a time (a `<` to `<=`, a condition to `true`, a block to',
    'nothing) and runs the tests that reach the place. A change that no test notices is a survivor: something that the tests do not',
    'hold. Only the tests that lie in the room count. The mutants are [Stryker](https://stryker-mutator.io)’s; the text of messages is',
    'not changed, nor what a module makes once when it is loaded. This page is written by the script, room by room',
    '(`npm run mutate -- journal`).',
    '',
    'Stryker’s own runner for vitest starts a thread and loads all modules for each mutant: a second each, two hours in all. Here a',
    'test is repeated with one mutant after the other in one process (test/mutation/mutation-runner.ts), and then once with none.',
    'What modules keep from call to call is emptied in between. If the last run fails all the same, a mutant left something behind.',
    'The file then goes on in a new process, and what the test found is tried again at the end, each mutant in a process of its own.',
    '',
    '`timed out` is four times the time of the test and four seconds, a place that runs 100 times as often as it should, or a process',
    'that a mutant hung (test/mutation/hang-guard.ts). A test that takes more than 1.5 s of CPU time (simulations, searches of',
    'thousands of cases) is repeated for as many mutants as fit into 20 s: what the others would have met there counts as survived.',
    'Properties end at their first counterexample: looking for the smallest took minutes a mutant. test/mutation/tool.test.ts has a',
    'mutant for each way to end, and holds what is counted.',
    '',
    'Where one mutant in several was tried, a score is an estimate: of 100 mutants of which 80 are killed, between 71 and 87 % of all',
    'are (95 %). A room for whose survivors tests were written since is then measured by other mutants (`--from`).',
    '',
    ...table(rooms),
    '',
    'A room is measured with the code and the tests of the commit beside it.',
    '',
    ...notMeasured(rooms),
    '## The review’s twelve',
    '',
    'A review of the code found twelve faults that no test noticed. `npm run mutate -- --review` plants them',
    '(test/mutation/review-mutants.json), and says which tests kill each. Of the last three the review said only that they are',
    'near-equivalent, and where they were it did not say: in their stead stand the three that come nearest.',
    '',
    ...reviewed.map(reviewLine),
    '',
    ...resultsByRoom(rooms).flatMap(survivorsOf),
  ].join('\n');
}
