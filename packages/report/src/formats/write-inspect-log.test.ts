import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { SampleRow } from '@assay/core';
import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { HOSTILE_TEXTS } from '../../test/support/hostile-texts.ts';
import { pythonWith, runPython } from '../../test/support/python.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { writeInspectLog } from './write-inspect-log.ts';

test('a log holds one model; several models have a log each', async () => {
  const folder = temporaryFolder();
  const one = await writeInspectLog(makeRun({ models: ['A'], samples: 4 }), join(folder, 'one.json'));
  const two = await writeInspectLog(makeRun({ models: ['org/A', 'B'], samples: 4 }), join(folder, 'two.json'));
  expect(one.files.map((file) => basename(file))).toEqual(['one.json']);
  expect(two.files.map((file) => basename(file))).toEqual(['two.org__A.json', 'two.B.json']);
  const log = JSON.parse(readFileSync(two.files[1]!, 'utf8'));
  expect(log).toMatchObject({ version: 2, status: 'success', eval: { model: 'B', task: 'general-knowledge' } });
  expect(log.samples.map((sample: { id: number }) => sample.id)).toEqual([0, 1, 2, 3]);
});

test('each algorithm is a scorer whose value is its scores', async () => {
  const { files } = await writeInspectLog(
    makeRun({ models: ['A'], samples: 40, robustness: false }),
    join(temporaryFolder(), 'log.json'),
  );
  const log = JSON.parse(readFileSync(files[0]!, 'utf8'));
  const rows: SampleRow[] = [];
  for await (const row of makeRun({ models: ['A'], samples: 40, robustness: false }).rows) rows.push(row);
  const scored = rows.findIndex((row) => row.state === 'scored');
  expect(log.samples[scored].scores.qa_accuracy.value.f1_score).toBe(rows[scored]!.scores['qa_accuracy.f1_score']);
  const f1 = log.results.scores.find((score: { name: string }) => score.name === 'f1_score');
  expect(f1).toMatchObject({
    scorer: 'qa_accuracy',
    scored_samples: rows.filter((row) => row.state === 'scored').length,
  });
});

const { python, missing } = pythonWith('inspect_ai');

test.skipIf(python === null)(
  `inspect_ai itself reads the log, hostile texts and failures included${missing && `: ${missing}`}`,
  async () => {
    const alter = (row: SampleRow): SampleRow => ({
      ...row,
      output: row.output === null ? null : HOSTILE_TEXTS[row.index % HOSTILE_TEXTS.length]!.text,
    });
    const { files } = await writeInspectLog(
      makeRun({ models: ['A'], samples: 200, alter }),
      join(temporaryFolder(), 'log.json'),
    );
    const printed = runPython(
      python!,
      `import json, sys
from inspect_ai.log import read_eval_log
log = read_eval_log(sys.argv[1])
print(json.dumps({"status": log.status, "samples": len(log.samples), "model": log.eval.model,
  "f1": next(s.metrics["mean"].value for s in log.results.scores if s.name == "f1_score" and s.scorer == "qa_accuracy"),
  "errors": sum(s.error is not None for s in log.samples)}))`,
      files[0]!,
    );
    const { summary } = makeRun({ models: ['A'], samples: 200 });
    expect(JSON.parse(printed)).toEqual({
      status: 'success',
      samples: 200,
      model: 'A',
      f1: summary.scores[0]!.value,
      errors: summary.models[0]!.states.failed,
    });
  },
);
