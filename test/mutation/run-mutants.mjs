// The runs of a measurement (scripts/mutate.mjs) over a plan: the tests, code with mutants in place, and which of them to try.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { doubtful, endings, fates, filesOf, settleEnded } from './fates.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Runs all tests of a plan, then each with each mutant that it reaches; results lie in the folder, which is emptied first. */
export function runPlan(folder, plan, env = {}) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));
  runTests(folder, 'coverage', env);
  goOn(folder, env);
}

/** What is left of a plan whose tests were all run once without a mutant, where it was stopped since. */
export function goOn(folder, env = {}) {
  settleEnded(folder, true);
  runMutants(folder, env);
  runAlone(folder, env);
}

/** How each mutant ended; none for those that are only met while a module is loaded. */
export function howEnded(folder, mutants) {
  const { byTest, atLoad } = reached(folder);
  const ends = fates(folder);
  const found = new Map();
  for (const mutant of mutants) {
    // What a module makes when it is loaded is made once for all tests: which of them would notice is not told.
    if (!byTest.has(mutant) && atLoad.has(mutant)) continue;
    found.set(mutant, ends.get(mutant) ?? (byTest.has(mutant) ? 'survived' : 'uncovered'));
  }
  return found;
}

/** `coverage`: which test reaches which mutants; `mutants`: each test again with each of them; `alone`: one mutant alone. */
function runTests(folder, phase, own) {
  const env = { ...process.env, ...own, ASSAY_MUTATION: folder, ASSAY_MUTATION_PHASE: phase };
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/mutation/vitest.config.ts'];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: 'inherit' });
  if (phase === 'coverage' && status !== 0)
    throw new Error(`the tests fail before any mutant is switched on: ${folder}`);
}

/** A process may end early, by a mutant that hangs it or by what one left behind: the rest of its file goes on in another. */
function runMutants(folder, env) {
  for (let before = -1; ; ) {
    runTests(folder, 'mutants', env);
    settleEnded(folder);
    const { isWhole, progress } = endings(folder);
    if (isWhole) return;
    if (progress === before) throw new Error(`the runner of tests fails: ${folder}`);
    before = progress;
  }
}

/** What a mutant left in its process may have been what a test failed by: each such mutant once more, in a process of its own. */
function runAlone(folder, env) {
  for (const one of doubtful(folder)) {
    if (fates(folder).has(one.mutant)) continue;
    writeFileSync(join(folder, 'alone.json'), JSON.stringify(one));
    runTests(folder, 'alone', env);
    settleEnded(folder);
  }
}

function reached(folder) {
  const byTest = new Set();
  const atLoad = new Set();
  for (const [coverage] of filesOf(folder, '.coverage.json').values()) {
    for (const [test, hits] of Object.entries(coverage)) {
      for (const mutant of Object.keys(hits)) (test === '' ? atLoad : byTest).add(mutant);
    }
  }
  return { byTest, atLoad };
}
