// Puts made-up damage to every reader of what others write, and looks that each case ends in a coded error or the right
// answer, in bounded time and memory.
// Usage: npm run fuzz -- [NAME…] [--minutes N | --cases N] [--seed N]
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { Random } from './random.mjs';

const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
const known = readdirSync(join(here, 'targets')).map((file) => file.replace('.mjs', ''));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string' },
    cases: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const names = positionals.length === 0 ? known : positionals;
for (const name of names) {
  if (known.includes(name)) continue;
  console.error(`there is no target "${name}"; there are: ${known.join(', ')}`);
  process.exit(2);
}
const seed = Number(values.seed);
const cases = values.cases === undefined ? Number.POSITIVE_INFINITY : Number(values.cases);
const milliseconds = values.cases === undefined ? Number(values.minutes ?? 1) * 60_000 : Number.POSITIVE_INFINITY;
/** A case that takes longer hangs; generous, for machines are shared. */
const DEADLINE_MS = 30_000;
const MEMORY_MB = 768;
const MOST_SHOWN = 5;

function fixturesOf(name) {
  const folder = join(here, 'fixtures', name);
  try {
    return readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
  } catch {
    return [];
  }
}

/** Runs a thread until it is done, has hung, or died. @returns the number of the next case */
function runThread(name, first, deadline, fixtures, violations) {
  const folder = mkdtempSync(join(tmpdir(), 'assay-fuzz-'));
  const shared = new SharedArrayBuffer(16);
  const current = new BigInt64Array(shared);
  current[0] = BigInt(first);
  const workerData = { name, seed, first, last: cases, shared, folder, fixtures };
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  return new Promise((resolve) => {
    let seen = { index: current[0], since: Date.now() };
    const end = (next) => {
      clearInterval(timer);
      rmSync(folder, { recursive: true, force: true });
      resolve(next);
    };
    const timer = setInterval(() => {
      if (Date.now() > deadline) current[1] = 1n;
      if (current[0] !== seen.index) seen = { index: current[0], since: Date.now() };
      if (Date.now() - seen.since < DEADLINE_MS) return;
      violations.push({ index: Number(current[0]), message: `it did not end within ${DEADLINE_MS / 1000} s` });
      worker.terminate().then(() => end(Number(current[0]) + 1));
    }, 200);
    worker.on('message', ({ violation, index, done, next }) => {
      if (violation !== undefined) violations.push({ index, message: violation });
      if (done) worker.terminate().then(() => end(next));
    });
    worker.on('error', (error) => {
      violations.push({ index: Number(current[0]), message: `the thread died: ${error.message}` });
      end(Number(current[0]) + 1);
    });
  });
}

async function keep(name, { index, message }) {
  const target = await import(`./targets/${name}.mjs`);
  if (index < 0) return 'a fixture';
  const folder = join(here, 'found', name);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${seed}-${index}.json`);
  writeFileSync(
    file,
    JSON.stringify({ ...target.freeze(await target.make(new Random(seed, index))), message }, null, 1),
  );
  return file;
}

/** All cases of one target. */
async function runTarget(name) {
  const started = Date.now();
  const violations = [];
  let next = 0;
  let fixtures = fixturesOf(name);
  const many = fixtures.length;
  while (Date.now() - started < milliseconds && next < cases && violations.length < 50) {
    next = await runThread(name, next, started + milliseconds, fixtures, violations);
    fixtures = [];
  }
  console.log(
    `${violations.length === 0 ? 'ok  ' : 'FAIL'}  ${name}: ${next} cases and ${many} fixtures, ${violations.length} violations, seed ${seed}, ${((Date.now() - started) / 1000).toFixed(0)} s`,
  );
  for (const violation of violations.slice(0, MOST_SHOWN))
    console.log(`      ${await keep(name, violation)}\n      ${violation.message.replaceAll('\n', '\n      ')}`);
  return { cases: next, violations: violations.length };
}

const waiting = [...names];
const ended = [];
const lane = async () => {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) ended.push(await runTarget(name));
};
await Promise.all(Array.from({ length: availableParallelism() }, lane));
const sum = (key) => ended.reduce((total, target) => total + target[key], 0);
console.log(`${sum('cases')} cases, ${sum('violations')} violations`);
process.exit(sum('violations') === 0 ? 0 : 1);
