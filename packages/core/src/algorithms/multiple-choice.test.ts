import { expect, test } from 'vitest';
import type { Algorithm, ModelAnswer } from './algorithm.ts';
import { ALGORITHMS } from './algorithm-table.ts';

const multipleChoice = ALGORITHMS.get('multiple_choice') as Algorithm;

/** Scores of choices with these log-probabilities. */
function scores(
  choices: readonly string[],
  logs: readonly number[],
  settings: Record<string, unknown>,
  answer = '0',
): Readonly<Record<string, number>> {
  const options = multipleChoice.options.parse(settings);
  const features = { model_input: 'Q:', choices, answer_index: answer };
  const sample = { index: 0, digest: '0', features, record: {} };
  const asks = multipleChoice.modelAsks!(sample, options, 0);
  const answers = new Map(
    asks.map((ask, i): [string, ModelAnswer] => {
      const continuation = ask.kind === 'logProbability' ? ask.continuation : '';
      return [
        ask.key,
        {
          kind: 'logProbability',
          logProbability: logs[i]!,
          tokenCount: 1,
          byteCount: Buffer.byteLength(continuation),
          isGreedy: i === 0,
          elapsedMs: 1,
        },
      ];
    }),
  );
  const outcome = multipleChoice.score({ sample, answers, helpers: new Map() }, options);
  if (!('scores' in outcome)) throw new Error(outcome.unscored);
  return outcome.scores;
}

test('lm-evaluation-harness divides by the characters of a choice alone, ours by the bytes of all that follows the prompt', () => {
  // By hand: " ab" −3.0, " ñññ" −4.2.
  // Ours: −3/3 = −1 against −4.2/7 = −0.6, so the second. lm-eval's acc_norm: −3/2 = −1.5 against −4.2/3 = −1.4: the second;
  // its acc_bytes: −1.5 against −4.2/6 = −0.7: the second.
  expect(scores(['ab', 'ñññ'], [-3, -4.2], {})).toMatchObject({ accuracy: 1, acc_norm: 0 });
  expect(scores(['ab', 'ñññ'], [-3, -4.2], { compat: 'lm-eval' })).toMatchObject({ acc: 1, acc_norm: 0, acc_bytes: 0 });
  // " a" −2.1, " bcd" −4. Ours: −1.05 against −1: the second. lm-eval: −2.1 against −1.33: the second as well.
  // " ab" −3, " abcde" −6.6. Ours: −1 against −1.1: the first. lm-eval: −1.5 against −1.32: the second. Here the two differ.
  expect(scores(['ab', 'abcde'], [-3, -6.6], {}).acc_norm).toBe(1);
  expect(scores(['ab', 'abcde'], [-3, -6.6], { compat: 'lm-eval' }).acc_norm).toBe(0);
  // "ññ" −3.2, "abc" −4.5. Characters: −1.6 against −1.5, the second; bytes: −0.8 against −1.5, the first.
  expect(scores(['ññ', 'abc'], [-3.2, -4.5], { compat: 'lm-eval' })).toMatchObject({ acc_norm: 0, acc_bytes: 1 });
});

test('a label that is no choice is wrong for lm-evaluation-harness and unscored here', () => {
  expect(scores(['a', 'b'], [-1, -2], { compat: 'lm-eval' }, '-1')).toMatchObject({
    acc: 0,
    acc_norm: 0,
    exact_match: 0,
  });
  expect(() => scores(['a', 'b'], [-1, -2], {}, '-1')).toThrow('answer_index_invalid');
});

test('white space at the end of a prompt goes over to the continuation, as lm-evaluation-harness moves it', () => {
  const options = multipleChoice.options.parse({ compat: 'lm-eval', separator: '' });
  const features = { model_input: 'Answer: \n', choices: ['A', 'B'], answer_index: '0' };
  const sample = { index: 0, digest: '0', features, record: {} };
  expect(multipleChoice.modelAsks!(sample, options, 0)).toEqual([
    {
      key: 'choice/0',
      kind: 'logProbability',
      modelInput: 'Answer:',
      continuation: ' \nA',
      raw: true,
      context: 'lm-eval',
    },
    {
      key: 'choice/1',
      kind: 'logProbability',
      modelInput: 'Answer:',
      continuation: ' \nB',
      raw: true,
      context: 'lm-eval',
    },
  ]);
});

test('choices that are inputs stand one after the other at the prompt’s end, each before the target', () => {
  const options = multipleChoice.options.parse({ compat: 'lm-eval', choices_are: 'inputs' });
  expect(multipleChoice.needs(options)).toContain('target_output');
  const features = {
    ...{ model_input: 'Ann thanked Bea. Ann', choices: ['Ann', 'Bea'], answer_index: '1' },
    target_output: 'had helped.',
  };
  const sample = { index: 0, digest: '0', features, record: {} };
  expect(multipleChoice.modelAsks!(sample, options, 0)).toMatchObject([
    { key: 'choice/0', modelInput: 'Ann thanked Bea. Ann', continuation: ' had helped.', raw: true },
    { key: 'choice/1', modelInput: 'Ann thanked Bea. Bea', continuation: ' had helped.', raw: true },
  ]);
  expect(multipleChoice.signature(options)).toMatch(/\|inputs\|v1$/);
});
