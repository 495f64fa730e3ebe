// What test/mutation/mutation-runner.ts leaves in the folder of a measurement: lines of `{ mutant, how, test, file }` by file of
// tests, and `{ test, how: 'done' }` after all mutants of a test were tried.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const RESULTS = '.results.jsonl';
const UNDER_WAY = '.underway';

/** @returns name → lines, of all files that end so */
export function filesOf(folder, ending) {
  const names = readdirSync(folder).filter((name) => name.endsWith(ending));
  return new Map(names.map((name) => [name, linesOf(join(folder, name))]));
}

function linesOf(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

/** Mutant → how it ended; what is doubtful in one file of tests may be clear in another. */
export function fates(folder) {
  const ends = new Map();
  for (const lines of filesOf(folder, RESULTS).values()) {
    const own = new Map();
    for (const { mutant, how } of lines) if (mutant !== undefined) own.set(mutant, how);
    for (const [mutant, how] of own) if (how !== 'doubtful') ends.set(mutant, how);
  }
  return ends;
}

/** Mutants, each with a file of tests, that no test found but one that failed without any mutant afterwards. */
export function doubtful(folder) {
  const ends = fates(folder);
  const found = new Map();
  for (const { mutant, how, file } of [...filesOf(folder, RESULTS).values()].flat()) {
    if (how === 'doubtful' && !ends.has(mutant)) found.set(`${mutant} ${file}`, { mutant, file });
  }
  return [...found.values()];
}

/**
 * After a process ended early: the mutant that was on hung it, and what no run without mutants confirmed is forgotten.
 * @param isStopped it was ended from without: no mutant is to blame
 */
export function settleEnded(folder, isStopped = false) {
  for (const [name, [hung]] of filesOf(folder, UNDER_WAY)) {
    const results = join(folder, name.replace(UNDER_WAY, RESULTS));
    const lines = linesOf(results);
    const { mutant, test, file } = hung;
    if (mutant !== undefined && !isStopped) lines.push({ mutant, how: 'timeout', file });
    else if (!isStopped) {
      const found = lines.filter((line) => line.test === test && line.mutant !== undefined);
      lines.push(...found.map((line) => ({ ...line, how: 'doubtful' })), { how: 'done', test, file });
    }
    const done = new Set(lines.filter(({ how }) => how === 'done').map(({ test }) => test));
    const isAlone = name.startsWith('alone.');
    const kept = lines.filter((line) => isAlone || line.test === undefined || done.has(line.test));
    writeFileSync(results, kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
    rmSync(join(folder, name));
  }
}

/** Whether all files of tests were gone through, and a number that grows as long as something is tried. */
export function endings(folder) {
  const files = linesOf(join(folder, 'elapsed.jsonl')).map(([file]) => file);
  const ended = new Set(linesOf(join(folder, 'ended.jsonl')));
  const told = [...filesOf(folder, RESULTS).values()]
    .flat()
    .filter(({ how, test }) => how === 'done' || test === undefined);
  return { isWhole: files.every((file) => ended.has(file)), progress: ended.size + told.length };
}
