// Measures how far the embedded model agrees with people on each rubric that comes with assay, over the labelled answers of
// examples/judge-kinds: what it said goes into measured.jsonl there, the table into benchmarks/proof/rubrics.md. Six CPU minutes. CI makes
// the table of measured.jsonl again and asks the model some of its questions (packages/cli/test/measured-rubrics.test.ts).
// Usage: node scripts/measure-rubrics.mjs [folder of a finished run of rubrics.yaml]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rubricTable, withTable } from './rubric-table.mjs';

const root = new URL('..', import.meta.url).pathname;
const page = join(root, 'benchmarks/proof/rubrics.md');
const example = join(root, 'examples/judge-kinds');
const assay = (...args) =>
  execFileSync(process.execPath, [join(root, 'packages/cli/dist/main.js'), ...args], { encoding: 'utf8' });
const linesOf = (file) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const run = process.argv[2] ?? measured();
const { scores } = JSON.parse(readFileSync(join(run, 'summary.json'), 'utf8'));
const signatures = Object.fromEntries(
  scores.filter(({ score }) => score === 'judge_score').map(({ algorithm, signature }) => [algorithm, signature]),
);
const samples = linesOf(join(run, 'journal.jsonl')).filter(({ kind }) => kind === 'sample');
const said = samples
  .sort((a, b) => a.sample - b.sample)
  .map(({ digest, outcomes }) => ({
    digest,
    ...Object.fromEntries(
      Object.entries(outcomes).map(
        ([
          criterion,
          {
            remarks: [remark],
          },
        ]) => {
          const { holds, said: replies, score } = remark;
          return [criterion, { holds, said: replies, score: Number(score.toFixed(6)) }];
        },
      ),
    ),
  }));
const lines = [{ signatures }, ...said].map((line) => `${JSON.stringify(line)}\n`);
writeFileSync(join(example, 'measured.jsonl'), lines.join(''));

const { judges } = JSON.parse(assay('judge', 'audit', run, '--format', 'json'));
const labels = ['labelled.jsonl', 'more.jsonl']
  .flatMap((file) => linesOf(join(example, file)))
  .map((row) => row.labels);
const table = rubricTable(judges, labels);
writeFileSync(page, withTable(readFileSync(page, 'utf8'), table));
console.log(table);

function measured() {
  const folder = join(mkdtempSync(join(tmpdir(), 'assay-rubrics-')), 'run');
  assay('run', join(example, 'rubrics.yaml'), '-o', folder, '--display', 'none');
  return folder;
}
