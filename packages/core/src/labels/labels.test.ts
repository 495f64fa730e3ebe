import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { type HumanLabel, textDigest } from './human-label.ts';
import { LabelBook } from './label-book.ts';
import { appendLabel, readLabels } from './label-file.ts';

const [sample, output, rubric] = ['s', 'o', 'r'].map(textDigest) as [string, string, string];
const said = (who: string, label: string | null, more: Partial<HumanLabel> = {}): HumanLabel => ({
  sample,
  output,
  label,
  who,
  when: '2026-11-29T08:00:00Z',
  rubric,
  ...more,
});

test('the last word of each person counts, and what was taken back does not', () => {
  const book = new LabelBook([
    said('b', 'good'),
    said('a', 'bad'),
    said('b', 'bad'),
    said('c', 'good'),
    said('c', null),
  ]);
  expect(book.of(sample, output, rubric)).toEqual({ labels: ['bad', 'bad'], otherRubric: false });
  expect([book.size, book.has(sample, output, rubric, 'b'), book.has(sample, output, rubric, 'c')]).toEqual([
    2,
    true,
    false,
  ]);
});

test('labels of another rubric do not count, and are told; other outputs have none', () => {
  const book = new LabelBook([said('a', 'good', { rubric: textDigest('other') })]);
  expect(book.of(sample, output, rubric)).toEqual({ labels: [], otherRubric: true });
  expect(book.of(sample, textDigest('another answer'), rubric)).toEqual({ labels: [], otherRubric: false });
});

test('the digest depends on what counts, not on the order of the lines', () => {
  const [first, second] = [said('a', 'good'), said('b', 'bad')];
  expect(new LabelBook([first, second]).digest()).toBe(new LabelBook([second, first]).digest());
  expect(new LabelBook([first]).digest()).not.toBe(new LabelBook([second]).digest());
});

test('a label is on the disk when it is said; a line that was cut off costs no other', async () => {
  const file = join(temporaryFolder(), 'labels.jsonl');
  await appendLabel(file, said('a', 'good'));
  appendFileSync(file, '{"sample": "cut o');
  expect(await readLabels(file)).toEqual([said('a', 'good')]);
  await appendLabel(file, said('b', 'bad'));
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(4);
});

test('a line that is no label is refused with its place, and so is a file that is not there', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'labels.jsonl');
  await appendLabel(file, said('a', 'good'));
  appendFileSync(file, '{"label": "good"}\n');
  await expect(readLabels(file)).rejects.toMatchObject({ code: 'DATASET_BAD_VALUE', at: { file, line: 2 } });
  await expect(readLabels(join(folder, 'none.jsonl'))).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' });
});
