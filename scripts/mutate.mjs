// Plants faults in the rooms where numbers and bytes are decided, one at a time, and counts those that no test notices:
// `npm run mutate` for every room, `npm run mutate -- journal calls` for some (`statistics` for all of its rooms),
// `… -- engine --every 5` for one mutant in five, where the tests of a room are slow (`--from 2`: the third of each five: others than
// those that tests were written for); `… --so-far` reports a measurement that was ended early and `… --go-on` finishes it (with
// the same `--every` and `--from`); `… --review` plants the faults that a review once found unnoticed (test/mutation/review-mutants.json). Each room's result is kept in test/mutation/results/ and all of
// them are written to test/mutation/README.md; `… --page` only writes that.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { page, table, writeResult } from '../test/mutation/page.mjs';
import { goOn, howEnded, runPlan } from '../test/mutation/run-mutants.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const TOOLS = join(ROOT, 'test/mutation');

/** Rooms of the statistics: each takes minutes by itself. */
const STATISTICS = [
  ...[
    'agreement',
    'bootstrap',
    'correlation',
    'effect-size',
    'families',
    'hypothesis',
    'independent',
    'intervals',
    'jackknife',
    'judged',
  ],
  ...['means', 'moments', 'pairs', 'power', 'sequential', 'special'],
];

/** Room → its folder; the tests that lie in it are the ones that must notice. */
const ROOMS = {
  journal: 'packages/core/src/journal',
  engine: 'packages/core/src/engine',
  calls: 'packages/core/src/calls',
  results: 'packages/core/src/results',
  selection: 'packages/core/src/selection',
  ...Object.fromEntries(STATISTICS.map((name) => [`statistics/${name}`, `packages/metrics/src/statistics/${name}`])),
};

const OPTIONS = {
  every: { type: 'string' },
  from: { type: 'string' },
  'so-far': { type: 'boolean' },
  'go-on': { type: 'boolean' },
  review: { type: 'boolean' },
  page: { type: 'boolean' },
};
const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
const every = Number(values.every ?? 1);
const from = Number(values.from ?? 0);
const asked = positionals.flatMap((name) => {
  const rooms = Object.keys(ROOMS).filter((room) => room === name || room.startsWith(`${name}/`));
  if (rooms.length === 0) throw new Error(`no room is called ${name}; there are ${Object.keys(ROOMS).join(', ')}`);
  return rooms;
});
if (values.review) process.exit(review());
if (values.page) {
  writePage();
  process.exit();
}
installTools();
for (const room of asked.length === 0 ? Object.keys(ROOMS) : asked) {
  const result = await measured(room);
  writeResult(room, result);
  writePage();
}
console.log(table(Object.keys(ROOMS)).join('\n'));

function writePage() {
  writeFileSync(join(TOOLS, 'README.md'), page(Object.keys(ROOMS), reviewed()));
}

function reviewed() {
  return JSON.parse(readFileSync(join(TOOLS, 'review-mutants.json'), 'utf8'));
}

/** Each fault by itself, against the tests that are to notice it. */
function review() {
  const folder = join(TOOLS, 'reports', 'review');
  mkdirSync(folder, { recursive: true });
  const mutants = reviewed();
  let survivors = 0;
  for (const { what, file, was, becomes, tests } of mutants) {
    const source = readFileSync(join(ROOT, file), 'utf8');
    if (source.split(was).length !== 2) throw new Error(`${file} does not hold ${JSON.stringify(was)} once`);
    const code = { [join(ROOT, file)]: source.replace(was, () => becomes) };
    writeFileSync(join(folder, 'plan.json'), JSON.stringify({ tests, code, chosen: [] }));
    const env = { ...process.env, ASSAY_MUTATION: folder };
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/mutation/review.vitest.config.ts'];
    const isKilled = spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: 'ignore' }).status !== 0;
    if (!isKilled) survivors += 1;
    console.log(`${isKilled ? 'killed  ' : 'SURVIVED'}  ${what}  (${tests})`);
  }
  console.log(`${mutants.length - survivors} of ${mutants.length} are killed`);
  return survivors === 0 ? 0 : 1;
}

async function measured(room) {
  const folder = join(TOOLS, 'reports', room);
  if (values['so-far'] || values['go-on']) {
    const { chosen } = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8'));
    const { mutants } = await sampled(ROOMS[room]);
    const picked = mutants.filter(({ id }) => chosen.includes(id));
    if (values['go-on']) goOn(folder);
    return { ...(values['so-far'] && { isUnfinished: true }), ...summaryOf(room, picked, folder) };
  }
  const { mutants, code } = await sampled(ROOMS[room]);
  runPlan(folder, { tests: `${ROOMS[room]}/**/*.test.ts`, code, chosen: mutants.map(({ id }) => id) });
  return summaryOf(room, mutants, folder);
}

/** Nothing else needs them: an install of assay is spared them. */
function installTools() {
  if (existsSync(join(TOOLS, 'node_modules/@stryker-mutator'))) return;
  const args = ['-y', 'pnpm@12.21.0', 'install', '--frozen-lockfile', '--ignore-workspace'];
  execFileSync('npx', args, { cwd: TOOLS, stdio: 'inherit' });
}

/** One mutant in `--every`, in code that holds no others but those within its own place: the rest would only slow it down. */
async function sampled(folder) {
  const all = await instrumented(folder);
  if (every === 1) return all;
  const keyOf = ({ fileName, location, mutatorName, replacement }) =>
    JSON.stringify([fileName, location, mutatorName, replacement]);
  const chosen = all.mutants.filter((_, at) => at % every === from);
  const rangesIn = (name) => chosen.filter(({ fileName }) => fileName === name).map(({ location }) => location);
  const { mutants, code } = await instrumented(folder, rangesIn);
  const wanted = new Set(chosen.map(keyOf));
  return { mutants: mutants.filter((mutant) => wanted.has(keyOf(mutant))), code };
}

/** The code of a folder with Stryker's mutants in place, by file. @param placesIn the ranges of a file to take them from */
async function instrumented(folder, placesIn = () => true) {
  const { resolve: find } = createRequire(join(TOOLS, 'package.json'));
  const { Instrumenter } = await import(find('@stryker-mutator/instrumenter'));
  const files = readdirSync(join(ROOT, folder), { recursive: true })
    .filter((name) => /(?<!\.test|\.slow|\.d|^index|\/index)\.ts$/.test(name))
    .sort()
    .map((name) => join(ROOT, folder, name))
    .map((name) => ({ name, content: readFileSync(name, 'utf8'), mutate: placesIn(name) }));
  const quiet = { isDebugEnabled: () => false, debug() {}, info() {}, warn: console.warn, error: console.error };
  // Words of messages are no behaviour.
  const options = { plugins: null, excludedMutations: ['StringLiteral'], ignorers: [], noHeader: false };
  const result = await new Instrumenter(quiet).instrument(files, options);
  const code = Object.fromEntries(result.files.map(({ name, content }) => [name, content]));
  return { mutants: result.mutants.filter(({ status }) => status === undefined), code };
}

function summaryOf(room, mutants, folder) {
  const counts = { killed: 0, timeout: 0, survived: 0, uncovered: 0 };
  const survivors = [];
  const ends = howEnded(
    folder,
    mutants.map(({ id }) => id),
  );
  for (const { id, fileName, location, replacement } of mutants) {
    const how = ends.get(id);
    if (how === undefined) continue;
    counts[how] += 1;
    if (how !== 'survived' && how !== 'uncovered') continue;
    const file = relative(join(ROOT, ROOMS[room]), fileName);
    const was = oneLine(textAt(readFileSync(fileName, 'utf8'), location));
    survivors.push([`${file}:${location.start.line + 1}`, was, oneLine(replacement), how]);
  }
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  return { commit, every, ...(from > 0 && { from }), ...counts, survivors };
}

function textAt(source, { start, end }) {
  const lines = source.split('\n').slice(start.line, end.line + 1);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column);
  lines[0] = lines[0].slice(start.column);
  return lines.join('\n');
}

function oneLine(text) {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
