import { expect, test } from 'vitest';
import { CATALOGUE } from '../datasets/catalogue.ts';
import { datasetPrefix, isOfDataset } from './dataset-prefix.ts';

const prefix = (input_data_location: string | string[]) => datasetPrefix({ input_data_location });

test.each([
  ['s3://mine/a/qa.jsonl', 's3://mine/a/qa.jsonl'],
  ['s3://mine/a/', 's3://mine/a/'],
  ['s3://mine/a', 's3://mine/a/'],
  ['s3://mine/a/2026/*/part-?.csv', 's3://mine/a/2026/'],
  ['s3://mine/a/b*', 's3://mine/a/'],
  ['s3://mine/*.csv', undefined],
  ['data.jsonl', undefined],
  ['trex', undefined],
  ['https://host/qa.jsonl', undefined],
])('%s is read at %s', (location, place) => {
  expect(prefix(location)).toBe(place);
});

test('what lies at several places, and what is public, is uploaded', () => {
  expect(prefix(['s3://mine/a/', 's3://mine/b/'])).toBeUndefined();
  expect(prefix(CATALOGUE.find(({ name }) => name === 'trex')!.location)).toBeUndefined();
});

test.each([
  ['s3://mine/a/', 'x/y.jsonl', true],
  ['s3://mine/a/', '_SUCCESS', false],
  ['s3://mine/a/qa.jsonl', 'qa.jsonl', true],
  ['s3://mine/a/qa.jsonl', 'qa.jsonl.bak', false],
  ['s3://mine/a/2026/*/p.csv', '11/p.csv', true],
  ['s3://mine/a/2026/*/p.csv', '11/24/p.csv', false],
])('of %s, %s: %s', (location, path, isOf) => {
  expect(isOfDataset({ input_data_location: location }, path)).toBe(isOf);
});
