import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { writeEveryEvalEver } from './write-every-eval-ever.ts';

test('each model has a record with intervals, and its samples beside it under the same name', async () => {
  const folder = temporaryFolder();
  const run = makeRun({ models: ['org/A', 'B'], samples: 60 });
  const { files } = await writeEveryEvalEver(run, folder);
  const records = files.filter((file) => file.endsWith('.json'));
  expect(records).toHaveLength(2);
  for (const file of records) {
    const record = JSON.parse(readFileSync(file, 'utf8'));
    const samples = readFileSync(file.replace(/\.json$/, '_samples.jsonl'), 'utf8');
    const { detailed_evaluation_results: detailed, evaluation_results: results } = record;
    expect(detailed).toMatchObject({
      file_path: relative(folder, file).replace(/\.json$/, '_samples.jsonl'),
      checksum: createHash('sha256').update(samples).digest('hex'),
      total_rows: samples.trimEnd().split('\n').length,
    });
    const f1 = run.summary.scores.find((score) => score.model === record.model_info.name && score.category === null)!;
    expect(results[0]).toMatchObject({
      evaluation_result_id: 'qa_accuracy.f1_score',
      metric_config: { lower_is_better: false, score_type: 'continuous', min_score: 0, max_score: 1 },
      score_details: {
        score: f1.value,
        uncertainty: {
          confidence_interval: { lower: f1.interval![0], upper: f1.interval![1], confidence_level: 0.95 },
        },
      },
    });
  }
});

test('every line of samples names its record and one of its results', async () => {
  const { files } = await writeEveryEvalEver(makeRun({ models: ['A'], samples: 30 }), temporaryFolder());
  const record = JSON.parse(readFileSync(files.find((file) => file.endsWith('.json'))!, 'utf8'));
  const ids = new Set(
    record.evaluation_results.map((result: { evaluation_result_id: string }) => result.evaluation_result_id),
  );
  const lines = readFileSync(files.find((file) => file.endsWith('.jsonl'))!, 'utf8')
    .trimEnd()
    .split('\n');
  for (const line of lines) {
    const sample = JSON.parse(line);
    expect(sample.evaluation_id).toBe(record.evaluation_id);
    expect(ids).toContain(sample.evaluation_result_id);
    expect(sample.evaluation.is_correct).toBe(
      sample.evaluation.score === (sample.evaluation_result_id.includes('delta_') ? 0 : 1),
    );
  }
});

test('the sample hash is the format’s own recipe', async () => {
  const alter = (row: import('@assay/core').SampleRow) => ({ ...row, input: 'What is "é"?', target: 'a: b<OR>c' });
  const { files } = await writeEveryEvalEver(makeRun({ models: ['A'], samples: 1, alter }), temporaryFolder());
  const sample = JSON.parse(readFileSync(files.find((file) => file.endsWith('.jsonl'))!, 'utf8').split('\n')[0]!);
  const canonical = '{"raw":"What is \\"\\u00e9\\"?","reference":["a: b","c"]}';
  expect(sample.sample_hash).toBe(createHash('sha256').update(canonical).digest('hex'));
});
