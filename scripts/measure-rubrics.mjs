// Measures how far the embedded model agrees with people on each rubric that comes with assay, over the labelled answers of
// examples/judge-kinds, and writes the table into docs/judges.md. Six CPU minutes.
// Usage: node scripts/measure-rubrics.mjs [folder of a finished run of rubrics.yaml]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const page = join(root, 'docs/judges.md');
const example = join(root, 'examples/judge-kinds');
const assay = (...args) =>
  execFileSync(process.execPath, [join(root, 'packages/cli/dist/main.js'), ...args], { encoding: 'utf8' });

const run = process.argv[2] ?? measured();
const { judges } = JSON.parse(assay('judge', 'audit', run, '--format', 'json'));
const labels = ['labelled.jsonl', 'more.jsonl'].flatMap((file) =>
  readFileSync(join(example, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).labels),
);
const table = [
  '| criterion | agreement | always the commonest label | correlation | bias | order changes its mind | labels rise with its score |',
  '|---|---|---|---|---|---|---|',
  ...judges.map(row),
].join('\n');
const text = readFileSync(page, 'utf8');
const marks = /(<!-- rubrics: scripts\/measure-rubrics\.mjs writes them -->\n)[\s\S]*?(<!-- \/rubrics -->)/;
if (!marks.test(text)) throw new Error(`${page} has no place for the rubrics`);
writeFileSync(
  page,
  text.replace(marks, (_, before, after) => `${before}${table}\n${after}`),
);
console.log(table);

function measured() {
  const folder = join(mkdtempSync(join(tmpdir(), 'assay-rubrics-')), 'run');
  assay('run', join(example, 'rubrics.yaml'), '-o', folder, '--display', 'none');
  return folder;
}

function row({ algorithm, agreement, correlation, bias, flipped, usefulness }) {
  const verdict = { helps: 'yes', not_shown: 'not shown', contradicts: 'no: they fall' }[usefulness];
  const cells = [
    `\`${algorithm}\``,
    interval(agreement),
    share(commonest(algorithm)),
    correlation === null ? 'none' : correlation.value.toFixed(2),
    interval(bias),
    share(flipped.value),
    verdict,
  ];
  return `| ${cells.join(' | ')} |`;
}

function interval({ value, interval: [low, high] }) {
  return `${value.toFixed(2)} (${low.toFixed(2)} … ${high.toFixed(2)})`;
}

function share(value) {
  return value.toFixed(2);
}

/** What saying one label always would agree on. */
function commonest(criterion) {
  const counts = new Map();
  for (const { [criterion]: label } of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Math.max(...counts.values()) / labels.length;
}
