import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knownAlgorithms, type Manifest, type RunView, type SampleRow, type Summary } from '@assay/core';
import { auditJudges } from 'assay/internal';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rubricTable, tableIn } from '../../../scripts/rubric-table.mjs';
import { assay } from './assay.ts';

const EXAMPLE = new URL('../../../examples/judge-kinds/', import.meta.url);
const AGAIN = 'measure again: node scripts/measure-rubrics.mjs';

interface Verdict {
  readonly holds: string;
  readonly said: readonly string[];
  readonly score: number;
}
type Measured = { readonly digest: string } & Readonly<Record<string, Verdict>>;
type Answer = { readonly answer: string; readonly labels: Readonly<Record<string, string>> };

async function linesOf<Line>(...files: readonly string[]): Promise<Line[]> {
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, EXAMPLE), 'utf8')));
  return texts.flatMap((text) => text.trim().split('\n')).map((line) => JSON.parse(line) as Line);
}

let folder: string;
let manifest: Manifest;
let summary: Summary;
let measured: Measured[];
let signatures: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-rubrics-'));
  const config = new URL('rubrics.yaml', EXAMPLE).pathname;
  const { code, stderr } = await assay(['run', config, '--limit', '2', '-o', 'run', '--display', 'none'], folder);
  expect(code, stderr).toBe(0);
  const read = async (name: string) => JSON.parse(await readFile(join(folder, 'run', name), 'utf8'));
  [manifest, summary] = [await read('manifest.json'), await read('summary.json')];
  const [head, ...rest] = await linesOf<{ signatures: Record<string, string> } | Measured>('measured.jsonl');
  signatures = (head as { signatures: Record<string, string> }).signatures;
  measured = rest as Measured[];
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('all seven rubrics of assay are asked without a parse failure, by the model and the words that were measured', () => {
  const judged = summary.scores.filter(({ score }) => score === 'judge_score');
  expect(judged.map(({ n, unscored }) => [n, unscored])).toEqual(Array.from({ length: 7 }, () => [2, {}]));
  expect(Object.fromEntries(judged.map(({ algorithm, signature }) => [algorithm, signature])), AGAIN).toEqual(
    signatures,
  );
});

test('the model says of these answers what was measured', async () => {
  const journal = (await readFile(join(folder, 'run', 'journal.jsonl'), 'utf8')).trim().split('\n');
  const samples = journal.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'sample');
  expect(samples).toHaveLength(2);
  for (const { sample, digest, outcomes } of samples) {
    const known = measured[sample]!;
    expect(known.digest, AGAIN).toBe(digest);
    for (const [criterion, { remarks }] of Object.entries<{ remarks: Verdict[] }>(outcomes)) {
      // Integer products of other processors differ in their last digits.
      expect(Math.abs(remarks[0]!.score - known[criterion]!.score), `${criterion} of ${digest}: ${AGAIN}`).toBeLessThan(
        0.05,
      );
    }
  }
});

test('the table of benchmarks/proof/rubrics.md is the audit of what was measured, and of the labels', async () => {
  const answers = await linesOf<Answer>('labelled.jsonl', 'more.jsonl');
  expect(measured).toHaveLength(answers.length);
  const algorithms = knownAlgorithms(manifest.algorithms);
  const rows = measured.map(({ digest, ...verdicts }, at): Partial<SampleRow> => {
    const { answer, labels } = answers[at]!;
    const own = algorithms.map(({ label, algorithm, options }) => {
      const { values } = algorithm.humanLabels!(options)!;
      const { score } = verdicts[label]!;
      const remark = { by: 'SmolLM2-135M-Instruct', sureness: 1, ...verdicts[label]! };
      return { label, remark, judged: { id: digest, score, label: values[labels[label]!] } };
    });
    return {
      ...{ model: 'recorded-answers', index: at, digest, output: answer },
      remarks: Object.fromEntries(own.map(({ label, remark }) => [label, [remark]])),
      statistics: Object.fromEntries(own.map(({ label, judged }) => [label, { judged }])),
    };
  });
  const view = {
    manifest,
    summary,
    rows: (async function* () {
      yield* rows;
    })(),
  } as unknown as RunView;
  const { judges } = await auditJudges(view);
  const page = await readFile(new URL('../../benchmarks/proof/rubrics.md', EXAMPLE), 'utf8');
  expect(tableIn(page), AGAIN).toBe(
    rubricTable(
      judges,
      answers.map(({ labels }) => labels),
    ),
  );
});
