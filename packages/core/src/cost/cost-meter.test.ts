import { expect, test } from 'vitest';
import type { Runner } from '../runner/runner.ts';
import type { Clock } from '../storage/clock.ts';
import { CostMeter, totalOf } from './cost-meter.ts';
import { meteredRunner } from './metered-runner.ts';

const PRICES = {
  currency: 'USD',
  instances: { 'ml.g5.2xlarge': { endpoint: 1.5 } },
  tokens: { haiku: { input: 1, output: 5 } },
};
const endpoint = { use: 'endpoint', type: 'ml.g5.2xlarge', count: 2 } as const;

function hands(): Clock & { at: number } {
  return {
    at: 0,
    now() {
      return this.at;
    },
    sleep: () => Promise.resolve(),
  };
}

test('instances cost their hourly price while they are up, and nothing after', () => {
  const clock = hands();
  const meter = new CostMeter(PRICES, clock);
  meter.start('e', endpoint);
  clock.at = 1_800_000;
  expect(meter.amount).toBeCloseTo(1.5, 12);
  meter.stop('e');
  clock.at = 7_200_000;
  expect(meter.amount).toBeCloseTo(1.5, 12);
  expect(meter.lines()).toMatchObject([{ name: 'e', seconds: 1800, tokens: null }]);
});

test('what has no price is unknown, not free', () => {
  const meter = new CostMeter(PRICES, hands());
  meter.start('e', { ...endpoint, type: 'ml.p5.48xlarge' });
  meter.addTokens(['other'], { input: 10, output: 10 });
  expect(meter.lines().map(({ amount }) => amount)).toEqual([null, null]);
  expect(totalOf(meter.lines())).toEqual({ amount: 0, unknown: ['e', 'other'] });
});

test('tokens cost what stands under any of a model’s names', () => {
  const meter = new CostMeter(PRICES, hands());
  meter.addTokens(['my model', 'haiku'], { input: 1_000_000, output: 200_000 });
  meter.addTokens(['my model', 'haiku'], { input: 500_000, output: 0 });
  expect(meter.lines()).toMatchObject([{ name: 'my model', tokens: { input: 1_500_000, output: 200_000 } }]);
  expect(meter.amount).toBeCloseTo(2.5, 12);
});

test('a metered runner counts the tokens of its answers and keeps everything else of the runner', async () => {
  class Bare {
    readonly #id = 'bare';
    readonly version = 1;
    readonly contextTokens = 99;
    get id() {
      return this.#id;
    }
    async *generate() {
      yield {
        id: 'a',
        ok: true,
        text: 'x',
        finishReason: 'stop',
        promptTokens: 7,
        newTokens: 3,
        elapsedMs: 1,
      } as const;
      yield {
        id: 'b',
        ok: false,
        state: 'failed',
        error: { code: 'RUNNER_FAILED', message: '', retryable: false },
      } as const;
    }
    countTokens() {
      return this.#id.length;
    }
  }
  const meter = new CostMeter(PRICES, hands());
  const runner = meteredRunner(new Bare() as unknown as Runner, meter, ['haiku']);
  const answers = [];
  for await (const { id } of runner.generate!([], {})) answers.push(id);
  expect(answers).toEqual(['a', 'b']);
  expect(meter.lines()[0]?.tokens).toEqual({ input: 7, output: 3 });
  expect([runner.id, runner.contextTokens, runner.countTokens?.({ id: '', text: '' })]).toEqual(['bare', 99, 4]);
});
