import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { howEnded, runPlan } from './run-mutants.mjs';

const FILE = resolve(import.meta.dirname, 'fixture/steps.ts');
const folder = mkdtempSync(join(tmpdir(), 'assay-mutants-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each mutant and how it ends. */
const MUTANTS = {
  wrong: 'killed',
  equal: 'survived',
  // Runs its own place more often than any code does.
  loops: 'timeout',
  // Reaches no place any more, before its test waits: vm stops it.
  stuck: 'timeout',
  // The same after its test waited: its process is killed, and another goes on.
  hung: 'timeout',
  exits: 'killed',
  // Breaks what the next one meets, who is innocent: each is tried alone.
  breaks: 'killed',
  innocent: 'survived',
  afterwards: 'killed',
  unreached: 'uncovered',
} as const;

/** fixture/steps.ts as Stryker would have it, with places that change more than Stryker changes. */
const CODE = `
const board = (globalThis.__stryker__ ??= {});
function isOn(id) {
  const all = (board.mutantCoverage ??= { perTest: {}, static: {} });
  const hits = board.currentTestId === undefined ? all.static : (all.perTest[board.currentTestId] ??= {});
  hits[id] = (hits[id] ?? 0) + 1;
  if (board.activeMutant !== id) return false;
  if (board.hitCount !== undefined && ++board.hitCount > board.hitLimit) throw new Error('Hit count limit reached');
  return true;
}
const kept = { isBroken: false };
export const FEWEST = isOn('atLoad') ? 1 : 2;
export function doubled(n) {
  if (isOn('exits')) process.exit(0);
  if (isOn('afterwards') && n === 5) return 0;
  return isOn('wrong') ? n * 3 : isOn('equal') ? n + n : n * 2;
}
export function counted(n) {
  if (isOn('stuck')) for (;;);
  let steps = 0;
  for (let left = n; isOn('loops') || left > 0; left--) steps += 1;
  return steps;
}
export async function later(n) {
  await Promise.resolve();
  if (isOn('hung')) for (;;);
  return n;
}
export function isWhole() {
  if (isOn('breaks')) kept.isBroken = true;
  return isOn('innocent') ? !kept.isBroken : !kept.isBroken;
}
export function unused() {
  return isOn('unreached') ? 1 : 0;
}
`;

test('mutants that hang, exit, or leave something behind are counted as what they are, and take no other with them', () => {
  const chosen = Object.keys(MUTANTS);
  const plan = { tests: 'test/mutation/fixture/*.fixture.ts', code: { [FILE]: CODE }, chosen: [...chosen, 'atLoad'] };
  runPlan(folder, plan, { ASSAY_MUTATION_GRACE_MS: '400' });
  expect(Object.fromEntries(howEnded(folder, plan.chosen))).toEqual(MUTANTS);
}, 120_000);
