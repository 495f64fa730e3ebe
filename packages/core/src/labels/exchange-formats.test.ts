import { expect, test } from 'vitest';
import { EXCHANGE_FORMATS } from './exchange-formats.ts';
import { type HumanLabel, textDigest } from './human-label.ts';
import type { LabelSheet } from './label-task.ts';

const [sample, rubric] = ['s', 'r'].map(textDigest) as [string, string];
const output = (text: string) => textDigest(text);
const task = (answer: string) => ({ sample, output: output(answer), question: 'a, "b"\nc?', reference: null, answer });
const sheet: LabelSheet = {
  rubric: { digest: rubric, text: 'Is it right?' },
  words: ['correct', 'incorrect'],
  tasks: [task('=1+1'), task('two\r\nlines'), task('three')],
};
const said = (answer: string, who: string, label: string): HumanLabel => ({
  sample,
  output: output(answer),
  label,
  who,
  when: '2026-11-29T08:00:00.000Z',
  rubric,
});
const labels = [said('=1+1', 'ann', 'correct'), said('=1+1', 'bob', 'incorrect'), said('three', 'ann', 'correct')];
const fallback = { who: 'someone', when: '2026-11-30T08:00:00.000Z' };

test.each([...EXCHANGE_FORMATS.values()])('$name: labels come back as they left, and the others are told', (format) => {
  const { labels: found, unanswered } = format.read(format.write(sheet, labels), fallback);
  const times = format.name === 'argilla' ? { when: fallback.when } : {};
  expect(found).toEqual(labels.map((label) => ({ ...label, ...times })));
  expect(unanswered).toBe(1);
});

test.each([...EXCHANGE_FORMATS.values()])('$name: what is no such file is refused with the reason', ({ read }) => {
  for (const text of [
    '',
    '{}',
    '[{"data": {}}]',
    'sample,output\n1,2',
    '[1',
    'sample,output,rubric,label\nx,y,z,correct',
  ])
    if (text !== '[]') expect(() => read(text, fallback)).toThrow(/is no .* file with labels of assay/);
});

test('a formula stays text in a spreadsheet', () => {
  expect(EXCHANGE_FORMATS.get('csv')!.write(sheet, [])).toContain(",'=1+1,");
});

test('what Label Studio exports: users by number or address, skipped tasks, other result types', () => {
  const data = { sample, output: output('three'), rubric, answer: 'three' };
  const choice = (value: string) => [
    { type: 'textarea', value: { text: ['why'] } },
    { type: 'choices', value: { choices: [value] } },
  ];
  const exported = [
    {
      id: 7,
      data,
      annotations: [
        {
          id: 1,
          completed_by: 3,
          result: choice('correct'),
          was_cancelled: false,
          updated_at: '2026-11-29T10:00:00+02:00',
        },
        { id: 2, completed_by: { id: 4, email: 'eve@example.org' }, result: choice('incorrect') },
        { id: 3, completed_by: 5, result: [], was_cancelled: true },
      ],
    },
    { id: 8, data, annotations: [], predictions: [] },
  ];
  expect(EXCHANGE_FORMATS.get('label-studio')!.read(JSON.stringify(exported), fallback)).toEqual({
    labels: [
      said('three', 'user 3', 'correct'),
      { ...said('three', 'eve@example.org', 'incorrect'), when: fallback.when },
    ],
    unanswered: 1,
  });
});

test('what Argilla exports: drafts and discarded responses are none', () => {
  const metadata = { sample, output: output('three'), rubric };
  const exported = [
    {
      id: '1',
      metadata,
      responses: {
        grade: [
          { value: 'correct', user_id: 'a1', status: 'submitted' },
          { value: 'incorrect', user_id: 'b2', status: 'draft' },
        ],
      },
    },
    { id: '2', metadata, responses: null },
  ];
  expect(EXCHANGE_FORMATS.get('argilla')!.read(JSON.stringify(exported), fallback)).toEqual({
    labels: [{ ...said('three', 'a1', 'correct'), when: fallback.when }],
    unanswered: 1,
  });
});
