import { expect, test } from 'vitest';
import type { HelperAnswer } from './algorithm.ts';
import type { AskedCheck } from './reply-check.ts';
import { replyAsks, replyResult } from './reply-checks.ts';
import { rubricAsk, rubricResult } from './rubric-prompt.ts';

const VARS = { query: 'Which sky?', context: 'The sky is blue. It is wide. Grass is green.' };
const asked = (check: object, more: Partial<AskedCheck> = {}): AskedCheck => ({
  ...{ check: { type: 'x', weight: 1, ...check }, question: 'Say it.', output: 'Blue.', vars: VARS },
  ...{ judge: 'j', encoder: 'e', ...more },
});
const said = (replies: Readonly<Record<string, string | number>>) =>
  new Map(
    Object.entries(replies).map(([key, value]): readonly [string, HelperAnswer] => [
      `0/${key}`,
      typeof value === 'number' ? { kind: 'similarity', value } : { kind: 'judge', text: value },
    ]),
  );
const scoreOf = (type: string, replies: Readonly<Record<string, string | number>>, more: Partial<AskedCheck> = {}) => {
  const result = replyResult(type, asked({ type }, more), 0, said(replies));
  return typeof result === 'string' ? result : Number(result.score.toFixed(4));
};

test('an answer’s relevance: three questions that it would be for, then how near each is to the one that was asked', () => {
  const check = asked({ type: 'answer-relevance' });
  const first = replyAsks('answer-relevance', check, 0, new Map());
  expect(first.map(({ key, kind }) => [key, kind])).toEqual([0, 1, 2].map((i) => [`0/q${i}`, 'judge']));
  const next = replyAsks('answer-relevance', check, 0, said({ q0: 'a', q1: 'b', q2: 'c' }));
  expect(next).toMatchObject(['a', 'b', 'c'].map((b) => ({ kind: 'similarity', model: 'e', a: 'Which sky?', b })));
  const plain = replyAsks('answer-relevance', { ...check, vars: {} }, 0, said({ q0: 'a' }));
  expect(plain[0]).toMatchObject({ a: 'Say it.' });
  const near = { q0: 'a', q1: 'b', q2: 'c', s0: 0.5, s1: 0.9, s2: 0.7 };
  expect(scoreOf('answer-relevance', near)).toBe(0.7);
  expect(scoreOf('answer-relevance', near, { encoder: undefined })).toBe('no_encoder');
  expect(scoreOf('answer-relevance', { q0: 'a' })).toBe('judge_failed');
});

test.each<[string, Record<string, string>, number]>([
  ['context-recall', { r: '1. a [Attributed]\n2. b. So [Not Attributed]\n\nAll told.' }, 0.5],
  ['context-recall', { r: 'nothing to say' }, 0],
  ['context-relevance', { r: 'The sky is blue.' }, 0.3333],
  ['context-relevance', { r: 'The sky is blue. The sky is blue. It is wide.' }, 0.6667],
  ['context-relevance', { r: 'Insufficient Information' }, 0],
  ['context-faithfulness', { s: 'a\nb', v: 'a Verdict: Yes.\nb Verdict: No.' }, 0.5],
  ['context-faithfulness', { s: 'a\nb\nc', v: 'a Verdict: Yes.' }, 0.3333],
  ['context-faithfulness', { s: 'a', v: 'who knows' }, 0],
  ['context-faithfulness', { s: '', v: 'Verdict: Yes.' }, 0],
  ['conversation-relevance', { w0: 'no' }, 0],
  ['classifier', { c: '[[{"label":"hate","score":0.2},{"label":"none","score":0.8}]]' }, 0.8],
  ['classifier', { c: '[{"entity_group":"NAME","score":0.6},{"entity_group":"NAME","score":0.9}]' }, 0.9],
])('%s with %j scores %d', (type, replies, score) => {
  expect(scoreOf(type, replies)).toBe(score);
});

test('what the row or the reply lacks is a reason and no score', () => {
  expect(scoreOf('context-relevance', {}, { vars: { query: 'q' } })).toBe('no_context');
  expect(scoreOf('context-faithfulness', {}, { vars: { context: 'c' } })).toBe('no_query');
  expect(scoreOf('context-recall', {}, { judge: undefined })).toBe('no_judge');
  expect(scoreOf('classifier', { c: 'no JSON' })).toBe('judge_unparseable');
  expect(scoreOf('conversation-relevance', { w0: 'perhaps' })).toBe('judge_unparseable');
  expect(replyAsks('context-relevance', asked({}, { vars: {} }), 0, new Map())).toEqual([]);
});

test('statements come before their verdicts; a rounding error does not fail, and `not-` turns round', () => {
  const check = asked({ type: 'context-faithfulness' });
  expect(replyAsks('context-faithfulness', check, 2, new Map()).map(({ key }) => key)).toEqual(['2/s']);
  const [verdicts] = replyAsks('context-faithfulness', check, 0, said({ s: 'One.\n\nTwo.' }));
  expect(verdicts).toMatchObject({ key: '0/v', prompt: expect.stringContaining('<answer>\nOne.\nTwo.\n</answer>') });
  const third = { s: 'a\nb\nc', v: 'Verdict: Yes. Verdict: No. Verdict: No.' };
  const pass = (threshold: number, type = 'context-faithfulness') =>
    replyResult('context-faithfulness', asked({ type, threshold }), 0, said(third));
  expect(pass(1 / 3)).toMatchObject({ pass: true });
  expect(pass(0.34)).toMatchObject({ pass: false });
  expect(pass(0.34, 'not-context-faithfulness')).toMatchObject({ pass: true });
});

test('each turn of a conversation is judged with those before it, as far as the window goes', () => {
  const _conversation = [1, 2, 3].map((i) => ({ input: `in ${i}`, output: { said: i } }));
  const check = asked({ type: 'conversation-relevance', window: 2 }, { vars: { _conversation } });
  const prompts = replyAsks('conversation-relevance', check, 0, new Map()) as { prompt: string }[];
  expect(prompts.map(({ prompt }) => [1, 2, 3].filter((i) => prompt.includes(`in ${i}`)))).toEqual([
    [1],
    [1, 2],
    [2, 3],
  ]);
  expect(prompts[2]!.prompt).toContain('{"said":3}');
  const result = replyResult('conversation-relevance', check, 0, said({ w0: 'yes', w1: 'No.', w2: 'yes' }));
  expect(result).toMatchObject({ pass: true, score: 2 / 3 });
});

test('own words are asked as they are, with the output in them and nothing that an output writes filled in', () => {
  const hostile = 'see {{output}} and $& "quoted"';
  expect(rubricAsk('Grade: {{ output }}', hostile, { key: '0', judge: 'j' })).toMatchObject({
    prompt: `Grade: ${hostile}`,
  });
  const turns = [
    { role: 'system', content: 'Be strict.' },
    { role: 'user', content: 'Output: {{output}}' },
  ];
  expect(rubricAsk(turns, '{ "a": 1 }', { key: '0', judge: 'j' })).toMatchObject({
    messages: [
      { role: 'system', content: 'Be strict.' },
      { role: 'user', content: 'Output: {"a":1}' },
    ],
  });
  expect(rubricAsk(turns, hostile, { key: '0', judge: 'j' })).toMatchObject({
    messages: [{}, { content: `Output: ${hostile}` }],
  });
});

test.each<[string, object, unknown]>([
  ['{"pass": true, "score": 0.5}', {}, { pass: true, score: 0.5 }],
  ['So: {"pass": false} - done {"pass": true}', {}, { pass: false, score: 0 }],
  ['{"score": 0.5}', {}, { pass: true, score: 0.5 }],
  ['{"pass": "yes", "score": "0.25"}', { threshold: 0.5 }, { pass: false, score: 0.25 }],
  ['{"pass": "no", "score": null}', {}, { pass: false, score: 0 }],
  ['{"pass": true, "score": 1}', { type: 'not-llm-rubric' }, { pass: false, score: 0 }],
  ['no JSON', {}, 'judge_unparseable'],
])('a judge that writes %j under %j decides %j', (text, check, decided) => {
  expect(rubricResult({ type: 'llm-rubric', weight: 1, ...check }, { kind: 'judge', text })).toEqual(decided);
});
