// Figures in the prose of the docs, each by the name that its place in a page gives it: from the functions that print them, the
// tables of the simulations, or the files themselves.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const SAMPLES = [1_000, 5_000, 20_000];
const CORRELATIONS = [0, 0.5, 0.71, 0.85, 0.95];
const MODELS = ['SmolLM2-135M-Instruct', 'all-MiniLM-L6-v2', 'tox-block-bilstm'];

/**
 * Name → what stands there.
 * @param metrics the package: built for the check, its source in tests
 */
export function figuresOf({ Moments, boundedMean, labelsNeeded }) {
  const perfect = (n) => {
    const [low, high] = boundedMean(Moments.of(Array.from({ length: n }, () => 1))).interval();
    return `${low.toFixed(3)} … ${high}`;
  };
  return new Map([
    ['labels needed', () => labelTable(labelsNeeded)],
    ['two perfect samples', () => perfect(2)],
    ['five perfect samples', () => perfect(5)],
    ['cells of statistics', () => cells('statistics')],
    ['cells of judges', () => cells('judges')],
    ['promptfoo configs taken', () => takenOf('promptfoo')],
    ['what stands in the way of promptfoo configs', () => reasonTable(zooOf('promptfoo').reasons, 'config')],
    ['lm-eval tasks taken', () => takenOf('lm-eval')],
    ['lm-eval tasks taken by Python', () => takenOf('lm-eval by Python')],
    ['what stands in the way of lm-eval tasks', () => reasonTable(zooOf('lm-eval').reasons, 'task')],
    [
      'what stands in the way of lm-eval tasks by Python',
      () => reasonTable(zooOf('lm-eval by Python').reasons, 'task'),
    ],
    ...MODELS.map((model) => [
      `size of ${model}`,
      () => `${Math.round(bytesIn(join(ROOT, 'models', model)) / 1e6)} MB`,
    ]),
  ]);
}

function labelTable(labelsNeeded) {
  const row = (samples) => CORRELATIONS.map((correlation) => labelsNeeded(0.05, { samples, correlation })).join(' | ');
  return [
    `| samples | ${CORRELATIONS.join(' | ')} |`,
    `|---|${'---|'.repeat(CORRELATIONS.length)}`,
    ...SAMPLES.map((samples) => `| ${samples.toLocaleString('en')} | ${row(samples)} |`),
  ].join('\n');
}

/** Of the first table of a simulation's page: all cells, and those that missed. */
function cells(page) {
  const text = readFileSync(join(ROOT, `benchmarks/proof/${page}.md`), 'utf8');
  const [head, , ...rows] = /(^\|.*\n)+/m.exec(text)[0].trim().split('\n');
  const names = head.split('|').map((name) => name.trim());
  const sum = (name) => rows.reduce((total, row) => total + Number(row.split('|')[names.indexOf(name)]), 0);
  return `${sum('cells')} cells, of which ${sum('missed') || 'none'} misses`;
}

/** As `npm run zoo -- FOLDER --save` counted it. */
function zooOf(name) {
  return JSON.parse(readFileSync(join(ROOT, 'benchmarks/proof/zoo.json'), 'utf8'))[name];
}

function takenOf(name) {
  const { taken, files } = zooOf(name);
  return `${taken.toLocaleString('en')} of ${files.toLocaleString('en')}`;
}

/** One may have several reasons; what stands in the way of one alone is counted together. */
function reasonTable(reasons, unit) {
  const told = Object.entries(reasons).map(([reason, count]) => [reason.replace(/^\w+: /, ''), count]);
  const often = told.filter(([, count]) => count > 1).map(([reason, count]) => `| ${reason} | ${count} |`);
  const once = told.filter(([, count]) => count === 1).length;
  return [`| what is told | ${unit}s |`, '|---|---|', ...often, `| others, in one ${unit} each | ${once} |`].join('\n');
}

function bytesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => statSync(join(folder, name)))
    .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
}
