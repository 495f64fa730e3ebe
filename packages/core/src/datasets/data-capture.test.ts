import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { DatasetConfig } from '../config/schema/dataset-config.ts';
import type { BadRow } from './dataset.ts';
import { openDataset } from './open-dataset.ts';

interface Side {
  readonly data: unknown;
  readonly encoding?: string;
}

const json = (value: unknown): Side => ({ data: JSON.stringify(value), encoding: 'JSON' });
const base64 = (value: unknown): Side => ({
  data: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64'),
  encoding: 'BASE64',
});

/** A line as SageMaker writes it. */
const capture = (input: Side | undefined, output: Side | undefined, id = 'e1') => ({
  captureData: {
    ...(input && { endpointInput: { observedContentType: 'application/json', mode: 'INPUT', ...input } }),
    ...(output && { endpointOutput: { observedContentType: 'application/json', mode: 'OUTPUT', ...output } }),
  },
  eventMetadata: { eventId: id, inferenceTime: '2026-11-24T03:00:00Z' },
  eventVersion: '0',
});

async function read(lines: readonly unknown[], more: Partial<DatasetConfig> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'assay-capture-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'capture.jsonl');
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const dataset = await openDataset({ input_data_location: file, dialect: 'sagemaker-data-capture', ...more });
  const bad: BadRow[] = [];
  const pairs: unknown[] = [];
  const onBadRow = (row: BadRow) => bad.push(row);
  for await (const { features } of dataset.samples({ onBadRow }))
    pairs.push([features.model_input, features.model_output]);
  const ranges = (await dataset.ranges(2)) ?? [];
  const inRanges: unknown[] = [];
  for (const range of ranges)
    for await (const { features } of dataset.samples({ range, onBadRow: () => {} }))
      inRanges.push([features.model_input, features.model_output]);
  expect(inRanges).toEqual(pairs);
  return { pairs, bad, dataset };
}

test('requests and answers of the usual containers are found, in JSON and in base64', async () => {
  const dialog = [[{ role: 'user', content: 'Hi' }]];
  const { pairs, bad } = await read([
    capture(json({ inputs: 'Q1', parameters: {} }), json([{ generated_text: 'A1' }])),
    capture(base64({ inputs: 'Q2' }), base64({ generated_text: 'A2 ü' })),
    capture(json({ inputs: dialog }), json([{ generation: { role: 'assistant', content: 'A3' } }])),
    capture(json({ messages: dialog[0] }), json({ choices: [{ message: { content: 'A4' } }] })),
    capture(json({ prompt: 'Q5' }), base64({ completion: 'A5' })),
    capture(base64('plain question'), base64('plain answer')),
    capture({ data: { inputs: 'Q7' } }, { data: [{ generated_text: 'A7' }] }),
  ]);
  expect(pairs).toEqual([
    ['Q1', 'A1'],
    ['Q2', 'A2 ü'],
    ['Hi', 'A3'],
    ['Hi', 'A4'],
    ['Q5', 'A5'],
    ['plain question', 'plain answer'],
    ['Q7', 'A7'],
  ]);
  expect(bad).toEqual([]);
});

test('a key of the config finds what the endpoint was asked in its own shape', async () => {
  const { pairs, dataset } = await read(
    [capture(json({ instances: [{ text: 'Q' }] }), json({ predictions: [{ label: 'A' }] }))],
    { model_input_key: 'request.instances[0].text', model_output_key: 'response.predictions[0].label' },
  );
  expect(pairs).toEqual([['Q', 'A']]);
  expect(dataset.columns()).toEqual(expect.arrayContaining(['request', 'response', 'event_id', 'inference_time']));
});

test('a line that is no capture or no text is a bad row, and a capture without an answer has no output', async () => {
  const { pairs, bad } = await read([
    capture(json({ inputs: 'Q' }), json({ generated_text: 'A' })),
    { question: 'Q' },
    capture({ data: Buffer.from([0xff, 0xfe, 0x80]).toString('base64'), encoding: 'BASE64' }, json('A')),
    capture(json({ inputs: 'only asked' }), undefined),
  ]);
  expect(pairs).toEqual([
    ['Q', 'A'],
    ['only asked', undefined],
  ]);
  expect(bad.map(({ index, error }) => [index, error.code])).toEqual([
    [1, 'DATASET_BAD_VALUE'],
    [2, 'DATASET_BAD_VALUE'],
  ]);
});

test('a file of other lines is refused with the reason', async () => {
  await expect(read([{ question: 'Q' }])).rejects.toMatchObject({ message: expect.stringContaining('no captureData') });
});
