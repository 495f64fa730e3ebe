import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createGenerator } from '@assay/metrics';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { ALGORITHMS } from '../src/algorithms/algorithm-table.ts';
import { parseConfig, requireValid } from '../src/config/load-config.ts';
import { DATASET_INDEX_FILE, readDatasetIndex } from '../src/datasets/dataset-index.ts';
import { runEvaluation } from '../src/engine/run-evaluation.ts';
import { evaluateStep } from '../src/pipeline/steps/evaluate-step.ts';
import { mergeStep } from '../src/pipeline/steps/merge-step.ts';
import { preprocessStep } from '../src/pipeline/steps/preprocess-step.ts';
import { planStep, type StepContext } from '../src/pipeline/steps/step-context.ts';
import { runnerOf } from './made-up-run.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ROWS = 120;
const SHARDS = 3;
const INSTANCES = 2;
const random = createGenerator('rows of shards as files');
const rows = Array.from({ length: ROWS }, (_, i) => ({
  q: `Question ${i}, “ä”?\nIn two lines.`,
  a: `word${i}<OR>other${i}`,
  label: ['yes', 'no', 'perhaps'][i % 3]!,
  kind: `kind-${i % 4}`,
  passage: `p${i % 11}`,
  number: i % 9 === 0 ? null : i * 1.5,
  one: random.random() < 0.5 ? `It is word${i}.` : 'no',
  two: random.random() < 0.7 ? `word${i}` : 'yes',
}));
const json = rows.map((row) => JSON.stringify(row));
const lines = (some: readonly string[]): string => some.map((line) => `${line}\n`).join('');
const field = (value: unknown): string => `"${String(value ?? '').replaceAll('"', '""')}"`;
const header = Object.keys(rows[0]!);
const csv = [header.join(), ...rows.map((row) => Object.values(row).map(field).join())];

function parquet(): Uint8Array {
  const columnData = header.map((name) => ({
    name,
    type: name === 'number' ? ('DOUBLE' as const) : ('STRING' as const),
    data: rows.map((row, i) => (name === 'number' && i % 9 === 4 ? Number.NaN : row[name as keyof typeof row])),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: [37] }));
}

/** Folders of the steps of one pipeline; each instance of a step sees what a container of it would. */
class Steps {
  readonly #base: string;
  readonly #dataset: string;

  constructor(base: string, dataset: string) {
    this.#base = base;
    this.#dataset = dataset;
  }

  context(inputs: Readonly<Record<string, string>>, output: string): StepContext {
    const text = `dataset: { ${this.#dataset}, category_key: kind, cluster_key: passage }
models:
  - { name: one, runner: outputs, model_output_key: one }
  - { name: two, runner: outputs, model_output_key: two }
  - { name: asked, scripted: { answers: none }, evaluation_config: { prompt_template: "$model_input Of $passage, $number?" } }
algorithms:
  - { algorithm: qa_accuracy, target_output_delimiter: <OR> }
  - { algorithm: classification_accuracy }
`;
    const loaded = requireValid(parseConfig(text, join(this.#base, 'config.yaml'), { algorithms: ALGORITHMS }));
    const answers = runnerOf(({ id, text: prompt }) => {
      const digit = prompt.length % 3;
      return { id, ok: true, text: `${digit} ${prompt.slice(9, 12)}`, finishReason: 'stop', elapsedMs: 2 };
    });
    return {
      folders: {
        root: this.#base,
        input: (name) => inputs[name] ?? join(this.#base, 'none', name),
        output: join(this.#base, output),
        messageFile: join(this.#base, 'message'),
      },
      config: { loaded, settings: {} },
      openRunner: async () => answers,
      openHelper: async () => {
        throw new Error('no helper');
      },
      hooks: {},
      signal: new AbortController().signal,
    };
  }

  async whole(): Promise<unknown> {
    const context = this.context({}, 'whole');
    const plan = await planStep(context);
    await runEvaluation(plan, context.folders.output, {}, context.signal);
    return this.summary('whole');
  }

  async summary(run: string): Promise<unknown> {
    const text = await readFile(join(this.#base, run, 'summary.json'), 'utf8');
    const { run: _, timing: __, crc32: ___, ...rest } = JSON.parse(text);
    return rest;
  }

  /** @param before takes the data away, once they are cut */
  async merged(before: () => Promise<void>): Promise<unknown> {
    await preprocessStep(this.context({}, 'prepared'), SHARDS);
    await before();
    const index = join(this.#base, 'prepared', 'index');
    const names = (await readdir(join(this.#base, 'prepared', 'shards'))).sort();
    for (let instance = 0; instance < INSTANCES; instance++) {
      const shards = join(this.#base, `instance-${instance}`);
      await mkdir(shards);
      for (const name of names.filter((_, i) => i % INSTANCES === instance))
        await copyFile(join(this.#base, 'prepared', 'shards', name), join(shards, name));
      for (const model of [0, 1, 2])
        await evaluateStep(this.context({ index, shards }, `evaluations/evaluate-${model}`), model);
    }
    const evaluations = join(this.#base, 'evaluations');
    await mergeStep(this.context({ index, evaluations }, 'run'), 'merged');
    return this.summary('run');
  }
}

const MARK = '\uFEFF';
const keys = 'model_input_key: q, target_output_key: a';
const utf16 = Buffer.from(MARK + lines(json), 'utf16le');
const FORMATS: Record<string, { readonly files: Record<string, string | Uint8Array>; readonly dataset: string }> = {
  'JSON lines with a mark, blank and broken lines, and no end': {
    files: {
      'data.jsonl': `${MARK}${lines(json.slice(0, 30))}\n  \r\n{"q": \n[1]\n${lines(json.slice(30)).trimEnd()}`,
    },
    dataset: `input_data_location: data.jsonl, ${keys}`,
  },
  'several files, one of them packed': {
    files: {
      'd/a.jsonl': lines(json.slice(0, 7)),
      'd/b.jsonl': `${lines(json.slice(7, 8))}\n\n${MARK}${lines(json.slice(8, 60))}`,
      'd/c.jsonl.gz': gzipSync(lines([...json.slice(60, 100), 'broken', ...json.slice(100)])),
    },
    dataset: `input_data_location: d, ${keys}`,
  },
  'CSV with lines in fields and a broken row': {
    files: { 'data.csv': lines([...csv.slice(0, 50), 'too,few', ...csv.slice(50)]) },
    dataset: `input_data_location: data.csv, ${keys}`,
  },
  'a JSON document with numbers beyond any': {
    files: { 'data.json': `[${json.join().replaceAll('"number":1.5,', '"number":-1e999,')}]` },
    dataset: `input_data_location: data.json, ${keys}`,
  },
  'JSON lines in UTF-16': { files: { 'data.jsonl': utf16 }, dataset: `input_data_location: data.jsonl, ${keys}` },
  'Parquet, of which columns are read': {
    files: { 'data.parquet': parquet() },
    dataset: `input_data_location: data.parquet, ${keys}`,
  },
  'a draw': {
    files: { 'data.jsonl': lines(json) },
    dataset: `input_data_location: data.jsonl, ${keys}, sample: { n: 23, seed: 5 }`,
  },
  'a draw in the order of FMEval': {
    files: { 'data.jsonl': lines(json) },
    dataset: `input_data_location: data.jsonl, ${keys}, sample: { n: 23, seed: 5, compat: fmeval }`,
  },
  'a draw of a range of CSV': {
    files: { 'data.csv': lines(csv) },
    dataset: `input_data_location: data.csv, ${keys}, limit: "11-90", sample: { n: 31, seed: 5 }`,
  },
  'fewer rows than shards': {
    files: { 'data.jsonl': lines(json) },
    dataset: `input_data_location: data.jsonl, ${keys}, limit: 3`,
  },
};

test.each(Object.keys(FORMATS))('shards of %s say what one process says, when the data are gone', async (name) => {
  const base = temporaryFolder();
  const { files, dataset } = FORMATS[name]!;
  await mkdir(join(base, 'd'));
  for (const [path, content] of Object.entries(files)) await writeFile(join(base, path), content);
  const steps = new Steps(base, dataset);
  const expected = await steps.whole();
  const gone = async () => {
    for (const path of Object.keys(files)) await rm(join(base, path));
  };
  expect(await steps.merged(gone)).toEqual(expected);
});

test('of a draw the shards hold what it took and what lies between, and each row once', async () => {
  const base = temporaryFolder();
  await writeFile(join(base, 'data.jsonl'), lines(json));
  const steps = new Steps(base, `input_data_location: data.jsonl, ${keys}, sample: { n: 9, seed: 2 }`);
  await preprocessStep(steps.context({}, 'prepared'), 3);
  const index = await readDatasetIndex(join(base, 'prepared', 'index', DATASET_INDEX_FILE));
  expect(index.shards.map(({ samples }) => samples)).toEqual([3, 3, 3]);
  const held = await Promise.all(
    index.shards.map(({ name }) => readFile(join(base, 'prepared', 'shards', name), 'utf8')),
  );
  const found = held.flatMap((text) => text.trim().split('\n'));
  expect(new Set(found).size).toBe(found.length);
  expect(found.length).toBeLessThan(ROWS);
  const first = index.shards.map(({ pieces }) => pieces[0]!.firstRow);
  expect(first.map((row) => json[row])).toEqual(held.map((text) => text.trim().split('\n')[0]));
});

test('a shard that is not as it was written is refused', async () => {
  const base = temporaryFolder();
  await writeFile(join(base, 'data.jsonl'), lines(json));
  const steps = new Steps(base, `input_data_location: data.jsonl, ${keys}`);
  await preprocessStep(steps.context({}, 'prepared'), 2);
  const [index, shards] = ['index', 'shards'].map((name) => join(base, 'prepared', name)) as [string, string];
  const file = join(shards, 'shard-0001-of-0002.jsonl');
  await writeFile(file, (await readFile(file, 'utf8')).replace('Question 90', 'Question 91'));
  await expect(evaluateStep(steps.context({ index, shards }, 'evaluations/evaluate-0'), 0)).rejects.toMatchObject({
    code: 'RUN_DAMAGED',
    message: expect.stringContaining('shard-0001-of-0002.jsonl is not as it was written'),
  });
});
