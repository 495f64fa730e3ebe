import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { datasetConfig } from '../config/schema/dataset-config.ts';
import type { Sample } from '../samples/sample.ts';
import type { BadRow, SamplesOptions } from './dataset.ts';
import { type OpenDatasetOptions, openDataset } from './open-dataset.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-datasets-'));
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
};
const open = (location: string | string[], keys: Record<string, unknown> = {}, options: OpenDatasetOptions = {}) =>
  openDataset(datasetConfig.parse({ input_data_location: location, ...keys }), {
    baseDir: folder,
    builtInFolders: [],
    ...options,
  });
const all = async (dataset: Awaited<ReturnType<typeof open>>, options: SamplesOptions = {}): Promise<Sample[]> => {
  const samples: Sample[] = [];
  for await (const sample of dataset.samples(options)) samples.push(sample);
  return samples;
};
const jsonl = (rows: readonly unknown[]): string => rows.map((row) => JSON.stringify(row)).join('\n');
const QA = { model_input_key: 'q', target_output_key: 'a' };
const rows = Array.from({ length: 50 }, (_, i) => ({
  q: `question ${i}`,
  a: `answer ${i}`,
  c: i % 2 === 0 ? 'even' : 'odd',
}));
const features = (samples: readonly Sample[]) => samples.map((sample) => sample.features);

describe('formats', () => {
  const expected = rows.map((row) => ({ model_input: row.q, target_output: row.a, category: row.c }));
  const csv = `q,a,c\n${rows.map((row) => `"${row.q}",${row.a},${row.c}`).join('\n')}`;
  const cases: readonly [string, string | Uint8Array][] = [
    ['rows.jsonl', jsonl(rows)],
    ['crlf.jsonl', `\uFEFF${jsonl(rows).replaceAll('\n', '\r\n')}\r\n`],
    ['blank.jsonl', `\n${jsonl(rows).replaceAll('\n', '\n\n  \n')}\n\n`],
    ['rows.jsonl.gz', gzipSync(jsonl(rows))],
    ['rows.json', JSON.stringify(rows)],
    ['wrapped.json', JSON.stringify({ version: 1, data: rows })],
    [
      'columns.json',
      JSON.stringify({ q: rows.map((row) => row.q), a: rows.map((row) => row.a), c: rows.map((row) => row.c) }),
    ],
    ['rows.csv', csv],
    ['crlf.csv', `\uFEFF${csv.replaceAll('\n', '\r\n')}\r\n`],
    ['rows.tsv', csv.replaceAll(',', '\t')],
    ['rows.csv.gz', gzipSync(csv)],
  ];
  test.each(cases)('%s gives the same samples', async (name, content) => {
    const dataset = await open(file(name, content), { ...QA, category_key: 'c' });
    const samples = await all(dataset, { strict: true });
    expect(features(samples)).toEqual(expected);
    expect(samples.map((sample) => sample.index)).toEqual(rows.map((_, i) => i));
    expect(await dataset.countRows()).toBe(50);
  });

  test('quoted CSV fields hold commas, quotes and line ends', async () => {
    const samples = await all(await open(file('quoted.csv', 'q,a\n"one, ""two""\nthree",x\n'), QA));
    expect(features(samples)).toEqual([{ model_input: 'one, "two"\nthree', target_output: 'x' }]);
  });

  test('FMEval’s column-wise JSON is read through JMESPath', async () => {
    const path = file('fmeval.json', JSON.stringify({ input: { questions: ['a', 'b'] }, answers: ['1', '2'] }));
    const samples = await all(
      await open(path, { model_input_location: 'input.questions', target_output_location: 'answers' }),
    );
    expect(features(samples)).toEqual([
      { model_input: 'a', target_output: '1' },
      { model_input: 'b', target_output: '2' },
    ]);
  });

  test('the mime type wins over the ending', async () => {
    const path = file('rows.txt', jsonl(rows));
    await expect(open(path, QA)).rejects.toMatchObject({
      code: 'DATASET_SYNTAX',
      hint: expect.stringContaining('dataset_mime_type'),
    });
    expect(await all(await open(path, { ...QA, dataset_mime_type: 'jsonlines' }))).toHaveLength(50);
  });
});

describe('locations', () => {
  test('a folder, a glob and a list read their files in order, and positions run on', async () => {
    file('parts/b.jsonl', jsonl([{ q: '3' }]));
    file('parts/a.jsonl', jsonl([{ q: '1' }, { q: '2' }]));
    file('parts/readme.md', 'not data');
    const key = { model_input_key: 'q' };
    const want = [0, 1, 2].map((index) => ({ index, features: { model_input: String(index + 1) } }));
    expect(await all(await open('parts', key))).toMatchObject(want);
    expect(await all(await open('parts/*.jsonl', key))).toMatchObject(want);
    expect(await all(await open(['parts/a.jsonl', 'parts/b.jsonl'], key))).toMatchObject(want);
  });

  test('a set that comes with assay answers to its name', async () => {
    file('built-in/tiny-set.jsonl', jsonl([{ q: '1' }]));
    const dataset = await open('tiny-set', { model_input_key: 'q' }, { builtInFolders: [join(folder, 'built-in')] });
    expect(dataset.name).toBe('tiny-set');
  });

  test('a missing file names its neighbours', async () => {
    file('near/trivia.jsonl', '{}');
    await expect(open('near/trvia.jsonl')).rejects.toMatchObject({
      code: 'DATASET_NOT_FOUND',
      hint: 'did you mean "near/trivia.jsonl"?',
    });
    await expect(open('near/zzz.jsonl')).rejects.toMatchObject({ hint: 'data files in that folder: trivia.jsonl' });
    await expect(open('near/*.csv')).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' });
  });

  test('a URI is fetched by who can, and refused otherwise', async () => {
    const path = file('fetched.jsonl', jsonl(rows));
    expect(await all(await open('s3://bucket/key.jsonl', QA, { fetchRemote: async () => [path] }))).toHaveLength(50);
    await expect(open('https://example.com/x.jsonl', QA)).rejects.toMatchObject({ code: 'DATASET_DOWNLOAD' });
  });

  test('each file has its size and digest', async () => {
    const [one] = (await open(file('digest.jsonl', '{"q":1}'), { model_input_key: 'q' })).files;
    expect(one).toMatchObject({ bytes: 7, format: 'jsonlines' });
    expect(await one?.pin()).toEqual({
      sha256: '6ae0f660046dadcf5fe8462c0e00a062db4c8d67be82f4098c5ea4208d19b076',
    });
  });
});

describe('keys', () => {
  test('a key that no row has names the columns and the nearest', async () => {
    await expect(
      open(
        file('keys.jsonl', jsonl(rows)),
        { model_input_key: 'qq' },
        { placeOf: () => ({ file: 'c.yaml', line: 4 }) },
      ),
    ).rejects.toMatchObject({
      code: 'DATASET_KEY_MISSING',
      message: 'model_input_key "qq" finds nothing: none of the first 50 rows has it',
      hint: 'did you mean "q"? columns found: q, a, c',
      at: { file: 'c.yaml', line: 4 },
    });
    await expect(open(join(folder, 'keys.jsonl'), { model_input_key: 'q[' })).rejects.toMatchObject({
      code: 'DATASET_KEY_MISSING',
    });
  });

  test('a key that only a later row has is accepted', async () => {
    const path = file('late.jsonl', `${jsonl(rows)}\n${jsonl([...rows, { q: 'x', late: 'y' }, ...rows])}`);
    const samples = await all(await open(path, { model_input_key: 'q', category_key: 'late' }));
    expect(samples.filter((sample) => sample.features.category !== undefined)).toHaveLength(1);
  });

  test('JMESPath reaches inside; a column of that very name goes first', async () => {
    const path = file(
      'nested.jsonl',
      jsonl([{ 'a.b': 'flat', a: { b: 'deep' }, answers: [{ text: 'one' }, { text: 'two' }] }]),
    );
    const dataset = await open(path, {
      model_input_key: 'a.b',
      target_output_key: 'answers[].text',
      category_key: 'a | b',
    });
    expect(features(await all(dataset))).toEqual([
      { model_input: 'flat', target_output: 'one<OR>two', category: 'deep' },
    ]);
  });

  test('columns by FMEval’s names need no keys', async () => {
    const dataset = await open(file('names.jsonl', jsonl([{ model_input: 'q', target_output: 'a', other: 1 }])));
    expect(dataset.features).toEqual(['model_input', 'target_output']);
    expect(dataset.columns()).toEqual(['model_input', 'target_output', 'other']);
  });
});

describe('values', () => {
  const one = async (
    row: unknown,
    keys: Record<string, unknown>,
    options: OpenDatasetOptions = {},
  ): Promise<Sample['features'] | undefined> =>
    (await all(await open(file('values.jsonl', jsonl([row])), keys, options), { strict: true }))[0]?.features;

  test('numbers and booleans read as JSON writes them; null is absent', async () => {
    expect(await one({ q: true, a: 1.5, c: null, d: 1 }, { ...QA, category_key: 'd', context_key: 'q' })).toEqual({
      model_input: 'true',
      target_output: '1.5',
      category: '1',
      context: 'true',
    });
    expect(await one({ q: true, a: null }, { model_input_key: 'q' }, { valueStyle: 'python' })).toEqual({
      model_input: 'True',
    });
  });

  test('lists: answers are joined, contexts too, a conversation becomes its texts', async () => {
    const row = {
      q: [
        { role: 'system', content: 's' },
        { role: 'user', content: 'u' },
      ],
      a: ['x', 2],
      p: ['one', 'two'],
    };
    expect(await one(row, { ...QA, context_key: 'p', target_output_delimiter: '|' })).toEqual({
      model_input: 's\n\nu',
      target_output: 'x|2',
      context: 'one\n\ntwo',
    });
  });

  test('choices are a list of texts, in CSV a JSON list', async () => {
    expect(await one({ q: 'x', o: ['a', 2] }, { model_input_key: 'q', choices_key: 'o' })).toEqual({
      model_input: 'x',
      choices: ['a', '2'],
    });
    const csv = await open(file('choices.csv', 'q,o\nx,"[""a"",""b""]"\n'), { model_input_key: 'q', choices_key: 'o' });
    expect((await all(csv))[0]?.features.choices).toEqual(['a', 'b']);
    await expect(one({ q: 'x', o: 'a' }, { model_input_key: 'q', choices_key: 'o' })).rejects.toMatchObject({
      code: 'DATASET_BAD_VALUE',
      at: { line: 1 },
    });
  });

  test('a list where one text belongs is a bad row', async () => {
    await expect(one({ q: ['a', 'b'] }, { model_input_key: 'q' })).rejects.toMatchObject({ code: 'DATASET_BAD_VALUE' });
  });
});

describe('dialects', () => {
  const cases: readonly [string, string, unknown, Sample['features']][] = [
    [
      'bedrock',
      'd.jsonl',
      { prompt: 'p', referenceResponse: 'r', category: 'c', modelResponses: [{ response: 'm' }] },
      { model_input: 'p', target_output: 'r', model_output: 'm', category: 'c' },
    ],
    [
      'openai-evals',
      'd.jsonl',
      { input: [{ role: 'user', content: 'p' }], ideal: ['a', 'b'] },
      { model_input: 'p', target_output: 'a<OR>b' },
    ],
    [
      'mlflow',
      'd.jsonl',
      { inputs: { question: 'p' }, outputs: { response: 'm' }, expectations: { expected_response: 'r' } },
      { model_input: 'p', target_output: 'r', model_output: 'm' },
    ],
    [
      'azure',
      'd.jsonl',
      { query: 'p', response: 'm', ground_truth: 'r', context: 'x' },
      { model_input: 'p', target_output: 'r', model_output: 'm', context: 'x' },
    ],
    [
      'fmeval',
      'd.jsonl',
      { model_input: 'p', target_output: 'r', sent_more_log_prob: -1 },
      { model_input: 'p', target_output: 'r', sent_more_log_prob: '-1' },
    ],
  ];
  test.each(cases)('%s', async (dialect, name, row, want) => {
    const samples = await all(await open(file(`${dialect}-${name}`, jsonl([row])), { dialect }), { strict: true });
    expect(samples[0]?.features).toEqual(want);
  });

  test('promptfoo-csv: the first variable asks, __expected answers', async () => {
    const path = file(
      'promptfoo.csv',
      'question,__expected\nq1,equals: Paris\nq2,plain\nq3,javascript: output.length > 3\nq4,time: 12:30\n',
    );
    const targets = (await all(await open(path, { dialect: 'promptfoo-csv' }))).map(
      (sample) => sample.features.target_output,
    );
    expect(targets).toEqual(['Paris', 'plain', undefined, 'time: 12:30']);
  });

  test('a key given in the config wins over the dialect', async () => {
    const path = file('own.jsonl', jsonl([{ prompt: 'p', mine: 'x' }]));
    expect(features(await all(await open(path, { dialect: 'bedrock', model_input_key: 'mine' })))).toEqual([
      { model_input: 'x' },
    ]);
  });
});

describe('bad rows', () => {
  const path = file('bad.jsonl', '{"q":"0"}\n{"q": 1 oops}\n\n[1]\n{"q":["a"]}\n{"q":"4"}\n');

  test('are reported with line and position, and end nothing', async () => {
    const bad: BadRow[] = [];
    const dataset = await open(path, { model_input_key: 'q' });
    const samples = await all(dataset, { onBadRow: (row) => bad.push(row) });
    expect(samples.map((sample) => sample.index)).toEqual([0, 4]);
    expect(bad.map(({ index, error }) => [index, error.code, error.at?.line])).toEqual([
      [1, 'DATASET_SYNTAX', 2],
      [2, 'DATASET_SYNTAX', 4],
      [3, 'DATASET_BAD_VALUE', 5],
    ]);
    expect(bad[0]?.error.at).toMatchObject({ file: path, column: 9 });
    expect(await dataset.countRows()).toBe(5);
  });

  test('end the reading when strict', async () => {
    await expect(all(await open(path, { model_input_key: 'q' }), { strict: true })).rejects.toMatchObject({
      code: 'DATASET_SYNTAX',
      at: { line: 2 },
    });
  });

  test('of CSV have their line, quotes that span lines counted', async () => {
    const bad: BadRow[] = [];
    const csv = file('bad.csv', 'q,a\n"two\nlines",1\nx\ny,"broken"z\nlast,2\nopen,"3\n\n');
    const samples = await all(await open(csv, QA), { onBadRow: (row) => bad.push(row) });
    expect(samples.map(({ index, features }) => [index, features.model_input, features.target_output])).toEqual([
      [0, 'two\nlines', '1'],
      [2, 'y', '"broken"z'],
      [3, 'last', '2'],
    ]);
    expect(bad.map(({ index, error }) => [index, error.at?.line])).toEqual([
      [1, 4],
      [4, 7],
    ]);
  });

  test('bytes that are not UTF-8 spoil their own line only', async () => {
    const mixed = file(
      'latin1.jsonl',
      Buffer.concat([Buffer.from('{"q":"a"}\n{"q":"'), Buffer.from([0xe9]), Buffer.from('"}\n{"q":"é"}')]),
    );
    const bad: BadRow[] = [];
    const samples = await all(await open(mixed, { model_input_key: 'q' }), { onBadRow: (row) => bad.push(row) });
    expect(features(samples)).toEqual([{ model_input: 'a' }, { model_input: 'é' }]);
    expect(bad[0]?.error.message).toContain('UTF-8');
  });

  test('an empty dataset and one with no readable row are told apart', async () => {
    await expect(open(file('empty.jsonl', '\n \n'))).rejects.toMatchObject({ code: 'DATASET_EMPTY' });
    await expect(open(file('header.csv', 'q,a\n'))).rejects.toMatchObject({ code: 'DATASET_EMPTY' });
    await expect(open(file('none.jsonl', 'q,a\n1,2\n'))).rejects.toMatchObject({
      code: 'DATASET_SYNTAX',
      at: { line: 1 },
    });
    await expect(open(file('broken.json', '[{"q":1},\n{]'))).rejects.toMatchObject({
      code: 'DATASET_SYNTAX',
      at: { line: 2 },
    });
    await expect(open(file('lines.json', jsonl(rows)))).rejects.toMatchObject({
      hint: expect.stringContaining('jsonlines'),
    });
    await expect(open(file('broken.parquet', 'PAR1 no'))).rejects.toMatchObject({ code: 'DATASET_SYNTAX' });
  });
});

describe('which rows', () => {
  const path = file('many.jsonl', jsonl(rows));
  const indices = async (options: SamplesOptions, keys = {}): Promise<number[]> =>
    (await all(await open(path, { ...QA, ...keys }), options)).map((sample) => sample.index);

  test('a limit takes the first rows, a range those between', async () => {
    expect(await indices({ limit: 3 })).toEqual([0, 1, 2]);
    expect(await indices({ limit: { from: 48, to: 60 } })).toEqual([48, 49]);
    expect(await indices({}, { limit: '11-12' })).toEqual([10, 11]);
    expect(await indices({ limit: 1 }, { limit: 5 })).toEqual([0]);
  });

  test('a draw is the same for a seed, keeps file order, and differs between seeds', async () => {
    const drawn = await indices({ sampleN: 10, seed: 7 });
    expect(drawn).toHaveLength(10);
    expect(drawn).toEqual([...drawn].sort((a, b) => a - b));
    expect(await indices({ sampleN: 10, seed: 7 })).toEqual(drawn);
    expect(await indices({ sampleN: 10, seed: 8 })).not.toEqual(drawn);
    expect(await indices({ sampleN: 99 })).toHaveLength(50);
    expect(await indices({}, { sample: { n: 10, seed: 7 } })).toEqual(drawn);
    expect(await (await open(path, QA)).selectRows({ sampleN: 10, seed: 7 })).toEqual(drawn);
    expect((await indices({ sampleN: 5, limit: 10 })).every((index) => index < 10)).toBe(true);
  });

  test('ranges of several files hold every row once, whatever the number of parts', async () => {
    const dataset = await open([path, file('more.jsonl', `${jsonl(rows)}\n\n`)], QA);
    const whole = await all(dataset);
    for (const parts of [1, 2, 7, 500]) {
      const ranges = (await dataset.ranges(parts)) ?? [];
      const read = await Promise.all(ranges.map((range) => all(dataset, { range })));
      expect(read.flat()).toEqual(whole);
      expect(ranges.reduce((sum, range) => sum + range.rows, 0)).toBe(100);
    }
    const picked = await Promise.all(
      ((await dataset.ranges(4)) ?? []).map((range) => all(dataset, { range, rows: [3, 60, 61] })),
    );
    expect(picked.flat().map((sample) => sample.index)).toEqual([3, 60, 61]);
    expect(await (await open(file('no-ranges.csv', 'q,a\n1,2'), QA)).ranges(2)).toBeUndefined();
  });

  test('batches hold the same samples', async () => {
    const dataset = await open(path, QA);
    const sizes: number[] = [];
    const samples: Sample[] = [];
    for await (const batch of dataset.sampleBatches({}, 20)) {
      sizes.push(batch.length);
      samples.push(...batch);
    }
    expect(sizes).toEqual([20, 20, 10]);
    expect(samples).toEqual(await all(dataset));
  });
});

test('the digest aligns samples whose outputs differ', async () => {
  const path = file(
    'digest-align.jsonl',
    jsonl([
      { q: 'x', a: 'y', m: '1' },
      { q: 'x', a: 'y', m: '2' },
      { q: 'x', a: 'z', m: '1' },
    ]),
  );
  const [one, two, three] = await all(await open(path, { ...QA, model_output_key: 'm' }));
  expect(one?.digest).toMatch(/^[0-9a-f]{16}$/);
  expect(two?.digest).toBe(one?.digest);
  expect(three?.digest).not.toBe(one?.digest);
});

test('rows that a run holds already are passed over without being parsed', async () => {
  const lines = ['{"q":"0","a":"x"}', '{torn', '{"q":"2","a":"x"}', '{torn too', '{"q":"4","a":"x"}'];
  const dataset = await open(file('held.jsonl', lines.join('\n')), QA);
  const bad: number[] = [];
  const left = await all(dataset, { isDone: (index) => index < 3, onBadRow: ({ index }) => bad.push(index) });
  expect(left.map(({ index }) => index)).toEqual([4]);
  expect(bad).toEqual([3]);
});
