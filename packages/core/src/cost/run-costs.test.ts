import { expect, test } from 'vitest';
import type { ModelSummary } from '../results/summary.ts';
import { runCosts } from './run-costs.ts';

const states = { scored: 9, unscored: 1, truncated: 0, refused: 0, failed: 2, timed_out: 0, skipped: 0 };
const model = (name: string, runner: string, promptTokens = 2_000_000, newTokens = 500_000): ModelSummary => ({
  name,
  runner,
  states,
  promptTokens,
  newTokens,
});
const prices = {
  currency: 'USD',
  tokens: {
    small: { input: 0.5, output: 2 },
    'gpt-4o': { input: 10, output: 10 },
    'gpt-4o-mini': { input: 1, output: 4 },
    'amazon.nova-lite-v1:0': { input: 0.1, output: 0.2 },
  },
};
const amountOf = (...given: Parameters<typeof model>) => runCosts({ models: [model(...given)] }, prices)[0]!.amount;

test('a cost is tokens in and out, each by its price a million', () => {
  expect(runCosts({ models: [model('small', 'local:small@sha256:aa')] }, prices)).toEqual([
    {
      model: 'small',
      amount: 2,
      currency: 'USD',
      answers: 10,
      reason: '2000000 tokens in at 0.5, 500000 out at 2 a million',
    },
  ]);
});

test('a price may stand under the id of the model in its runner, whole', () => {
  expect(amountOf('mini', 'openai:https://api.example.com/v1:gpt-4o-mini:chat')).toBe(4);
  expect(amountOf('large', 'openai:https://api.example.com/v1:gpt-4o:chat')).toBe(25);
  expect(amountOf('nova', 'bedrock:eu-west-1:amazon.nova-lite-v1:0#12ab34cd')).toBeCloseTo(0.3, 12);
  expect(amountOf('other', 'openai:https://api.example.com/v1:my-gpt-4o:chat')).toBeNull();
});

test('a request in a batch costs half, or the share that the price names', () => {
  const batched = 'openai:https://api.example.com/v1:gpt-4o-mini:chat#batch';
  expect(amountOf('mini', batched)).toBe(2);
  const tokens = { 'gpt-4o-mini': { input: 1, output: 4, batch: 0.75 } };
  expect(runCosts({ models: [model('mini', batched)] }, { currency: 'USD', tokens })[0]!.amount).toBe(3);
  expect(amountOf('other', 'openai:https://api.example.com/v1:gpt-4o-mini:chat')).toBe(4);
});

test('what is missing is unknown, not 0, and says what is missing', () => {
  const [none] = runCosts({ models: [model('small', 'local:small')] }, undefined);
  expect(none).toMatchObject({ amount: null, currency: null, reason: 'the config names no `prices`' });
  const costs = runCosts({ models: [model('big', 'local:big'), model('small', 'local:small', 0, 0)] }, prices);
  expect(costs.map(({ amount }) => amount)).toEqual([null, null]);
  expect(costs.map(({ reason }) => reason)).toEqual([
    'the price table has no tokens of big',
    'the runner counted no tokens',
  ]);
});

test('given outputs cost nothing', () => {
  expect(amountOf('recorded', 'outputs', 0, 0)).toBe(0);
});
