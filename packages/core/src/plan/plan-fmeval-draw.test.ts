import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import { parseConfig, requireValid } from '../config/load-config.ts';
import type { Sample } from '../samples/sample.ts';
import { planRun } from './plan-run.ts';

/** Of the golden fmeval_row_sampling: 54 rows, num_records 42, random_state 1234. */
const FMEVAL_ORDER = [
  27, 40, 20, 6, 29, 8, 31, 48, 13, 39, 32, 4, 18, 49, 25, 22, 21, 10, 7, 14, 17, 53, 46, 42, 1, 36, 52, 2, 35, 51, 33,
  37, 0, 11, 3, 34, 50, 9, 16, 5, 28, 45,
];

async function plan(sample: string) {
  const folder = temporaryFolder();
  const line = (i: number): string => `${JSON.stringify({ q: `Why is the word number ${i} here?`, o: 'so' })}\n`;
  await writeFile(join(folder, 'data.jsonl'), Array.from({ length: 54 }, (_, i) => line(i)).join(''));
  const text = `dataset: { input_data_location: data.jsonl, model_input_key: q, sample: ${sample} }
models: [{ name: m, scripted: { answers: none.jsonl } }]
algorithms: [{ algorithm: general_semantic_robustness, compat: fmeval, num_perturbations: 1 }]
`;
  const unused = async () => {
    throw new Error('nothing is opened');
  };
  const loaded = requireValid(parseConfig(text, join(folder, 'config.yaml'), { algorithms: ALGORITHMS }));
  return planRun(loaded, { openRunner: unused, openHelper: unused });
}

async function samplesOf(sample: string): Promise<{ readonly samples: Sample[]; texts(sample: Sample): string[] }> {
  const { dataset, algorithms } = await plan(sample);
  const samples: Sample[] = [];
  for await (const each of dataset.samples(() => {})) samples.push(each);
  const [instance] = algorithms;
  const texts = (each: Sample): string[] =>
    instance!.algorithm.modelAsks!(each, instance!.options, 0).flatMap((ask) =>
      ask.kind === 'generate' ? [String(ask.modelInput)] : [],
    );
  return { samples, texts };
}

test('sample.compat draws the rows that FMEval draws, and the manifest will tell their order', async () => {
  const { dataset } = await plan('{ n: 42, compat: fmeval }');
  expect(dataset.order).toEqual(FMEVAL_ORDER);
  expect(dataset.total).toBe(42);
  const { samples } = await samplesOf('{ n: 42, compat: fmeval }');
  expect(samples.map(({ index }) => index)).toEqual(FMEVAL_ORDER.toSorted((a, b) => a - b));
});

test('FMEval shuffles even where it takes all rows', async () => {
  const { order } = (await plan('{ n: 100, compat: fmeval }')).dataset;
  expect(order).toHaveLength(54);
  expect(order!.slice(0, 42)).toEqual(FMEVAL_ORDER);
  expect((await plan('{ n: 42 }')).dataset.order).toBeUndefined();
});

test('perturbations of compat come from one stream over FMEval’s order', async () => {
  const short = await samplesOf('{ n: 1, compat: fmeval }');
  const long = await samplesOf('{ n: 42, compat: fmeval }');
  const first = long.samples.find(({ index }) => index === 27)!;
  expect(long.texts(first)).toEqual(short.texts(short.samples[0]!));
  // In the file's order another row would have taken the first numbers of the stream.
  const inFileOrder = await samplesOf('{ n: 54 }');
  expect(inFileOrder.texts(inFileOrder.samples[27]!)).not.toEqual(long.texts(first));
});
