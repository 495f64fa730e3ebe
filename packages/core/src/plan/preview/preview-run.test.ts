import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { matches, planOf, right, runnerOf, samples } from '../../../test/made-up-run.ts';
import { instantiateAlgorithm } from '../../algorithms/instantiate.ts';
import { perplexity } from '../../algorithms/perplexity.ts';
import { runEvaluation } from '../../engine/run-evaluation.ts';
import type { PlannedModel, RunPlan } from '../../engine/run-plan.ts';
import { AssayError } from '../../errors/assay-error.ts';
import type { Prompt, Runner, Tokenizer } from '../../runner/runner.ts';
import { previewRun } from './preview-run.ts';

let base: string;
const { signal } = new AbortController();

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-preview-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** Counts words, and has room for eight tokens. */
function counting(): Runner & { asked: number } {
  const runner = runnerOf((prompt, at) => ({ ...right(prompt, at)!, promptTokens: 6, newTokens: 3 }) as never);
  return Object.assign(runner, {
    countTokens: ({ text }: Prompt) => text.split(' ').length,
    contextTokens: 8,
  });
}

const words = samples.map(({ features }) => features.model_input!.split(' ').length);
const previewOf = (plan: RunPlan, options: Partial<Parameters<typeof previewRun>[1]> = {}) =>
  previewRun(plan, { signal, ...options });
const withModel = (plan: RunPlan, changes: Partial<PlannedModel>): RunPlan => ({
  ...plan,
  models: plan.models.map((model) => ({ ...model, ...changes })),
});

test('clusters are counted where samples stand in them: each tells at worst as much as one sample', async () => {
  const plan = planOf(counting());
  const inClusters = (of: (index: number) => string | undefined): RunPlan => ({
    ...plan,
    dataset: {
      ...plan.dataset,
      async *samples() {
        for (const sample of samples) {
          const cluster = of(sample.index);
          yield cluster === undefined ? sample : { ...sample, features: { ...sample.features, cluster } };
        }
      },
    },
  });
  const clustersOf = async (of: (index: number) => string | undefined) =>
    (await previewOf(inClusters(of), { probe: 0 })).power.clusters;
  expect(await clustersOf((index) => `passage ${index % 12}`)).toBe(12);
  expect(await clustersOf((index) => (index < 10 ? 'one' : undefined))).toBe(591);
  expect(await clustersOf((index) => `passage ${index}`)).toBeNull();
  expect(await clustersOf(() => undefined)).toBeNull();
});

describe('tokens and truncations', () => {
  test('are counted by the runner’s own tokenizer over every prompt', async () => {
    const { samples: n, models } = await previewOf(planOf(counting()), { probe: 0 });
    const sorted = [...words].sort((a, b) => a - b);
    expect(n).toBe(600);
    expect(models[0]).toMatchObject({
      questions: 600,
      promptTokens: {
        min: sorted[0],
        median: (sorted[299]! + sorted[300]!) / 2,
        max: sorted.at(-1),
        total: words.reduce((a, b) => a + b, 0),
      },
      contextTokens: 8,
      // One token is left for the answer.
      tooLong: words.filter((count) => count > 7).length,
    });
    expect(models[0]!.tooLong).toBeGreaterThan(0);
  });

  test('a prompt that is cut must leave room for its answer', async () => {
    const plan = withModel(planOf(counting()), { generate: { overflow: 'left', maxNewTokens: 2 } });
    const { models } = await previewOf(plan, { probe: 0 });
    expect(models[0]!.tooLong).toBe(words.filter((count) => count > 6).length);
  });

  test('a continuation must fit with its prompt; a text by itself is read in windows', async () => {
    const tooLong = async (of: string) => {
      const algorithms = [instantiateAlgorithm('perplexity', perplexity, { of })];
      const { models } = await previewOf({ ...planOf(counting()), algorithms }, { probe: 0 });
      return models[0]!.tooLong;
    };
    const whole = samples.map(({ features: { model_input, target_output } }) => {
      return `${model_input}${target_output}`.split(' ').length;
    });
    // The last token is only a target.
    expect(await tooLong('target_output')).toBe(whole.filter((count) => count > 9).length);
    expect(await tooLong('model_input')).toBe(0);
  });

  test('what prompts share is counted where the runner reads it once', async () => {
    const ids = (text: string) => [...new Array<number>(40).fill(1), ...text.split(' ').map((word) => word.length)];
    const tokenizer = { encodePrompt: ({ text }: Prompt) => ids(text) } as unknown as Tokenizer;
    const reading = () => undefined;
    const sharing = Object.assign(counting(), { tokenizer, reading, contextTokens: 100 });
    const { models } = await previewOf(planOf(sharing), { probe: 0 });
    const { promptTokens, sharedTokens } = models[0]!;
    expect(promptTokens!.total).toBe(600 * 40 + words.reduce((a, b) => a + b, 0));
    // At least what all have in common, at most all but the end of each.
    expect(sharedTokens).toBeGreaterThanOrEqual(599 * 40);
    expect(sharedTokens).toBeLessThan(promptTokens!.total - 600);
    const { models: others } = await previewOf(planOf(counting()), { probe: 0 });
    expect(others[0]!.sharedTokens).toBeNull();
  });

  test('are unknown where the runner cannot count', async () => {
    const { models } = await previewOf(planOf(runnerOf(right)), { probe: 0 });
    expect(models[0]).toMatchObject({ promptTokens: null, tooLong: null, contextTokens: null });
  });
});

describe('the probe', () => {
  test('asks five samples spread over the dataset, and no more', async () => {
    const asked: string[] = [];
    const runner = runnerOf((prompt, at) => {
      asked.push(prompt.id.split('/')[0]!);
      return right(prompt, at);
    });
    const { models } = await previewOf(planOf(runner));
    expect(asked.map(Number)).toEqual([60, 180, 300, 420, 540]);
    expect(models[0]!.probe).toMatchObject({ samples: 5, questions: 5, timedQuestions: 4, failed: 0 });
    const { elapsedMs } = models[0]!.probe!;
    expect(models[0]!.seconds).toBeCloseTo((600 * elapsedMs) / 4 / 1000, 9);
  });

  test('asks nothing where it is not wanted, and then the time is unknown', async () => {
    const runner = counting();
    const { models } = await previewOf(planOf(runner), { probe: 0 });
    expect(runner.asked).toBe(0);
    expect(models[0]).toMatchObject({ probe: null, seconds: null });
  });

  test('tells the first failure, and knows no time from failures alone', async () => {
    const error = new AssayError('RUNNER_FAILED', 'no such model').toData();
    const runner = runnerOf(({ id }) => ({ id, ok: false, state: 'failed', error }));
    const { models } = await previewOf(planOf(runner));
    expect(models[0]!.probe).toMatchObject({ failed: 5, firstError: 'RUNNER_FAILED no such model' });
    expect(models[0]!.seconds).toBeNull();
  });

  test('survives a runner that throws', async () => {
    const runner = runnerOf(() => {
      throw new Error('gone');
    });
    const { models } = await previewOf(planOf(runner));
    expect(models[0]!.probe).toMatchObject({ failed: 5, firstError: 'RUNNER_FAILED gone' });
  });
});

describe('the cache', () => {
  test('answers what a run has asked, and the rest is what is left to pay', async () => {
    const cache = { folder: join(base, 'answers') };
    const before = await previewOf(planOf(counting(), { cache }), { probe: 0 });
    expect(before.models[0]!.cached).toBe(0);
    await runEvaluation(planOf(counting(), { cache }), join(base, 'run'), {}, signal);
    const { models } = await previewOf(planOf(counting(), { cache }), { prices: { currency: 'EUR' } });
    expect(models[0]).toMatchObject({ cached: 600, seconds: 0, probe: null, cost: { amount: 0, currency: 'EUR' } });
  });

  test('keeps what the probe asked', async () => {
    const cache = { folder: join(base, 'answers') };
    await previewOf(planOf(counting(), { cache }));
    const { models } = await previewOf(planOf(counting(), { cache }), { probe: 0 });
    expect(models[0]!.cached).toBe(5);
  });
});

describe('the cost', () => {
  const fits = words.filter((count) => count <= 7);
  const prompt = fits.reduce((a, b) => a + b, 0);
  const prices = { currency: 'USD', tokens: { one: { input: 2, output: 10 } } };

  test('is that of the tokens counted and of the answers’ length in the probe', async () => {
    const { models } = await previewOf(planOf(counting()), { prices });
    expect(models[0]!.cost!.isUpperBound).toBe(false);
    expect(models[0]!.cost!.amount).toBeCloseTo((prompt * 2 + fits.length * 3 * 10) / 1e6, 12);
  });

  test('is an upper bound without a probe', async () => {
    const plan = withModel(planOf(counting()), { generate: { maxNewTokens: 20 } });
    const { models } = await previewOf(plan, { prices, probe: 0 });
    expect(models[0]!.cost!.isUpperBound).toBe(true);
    expect(models[0]!.cost!.amount).toBeCloseTo((prompt * 2 + fits.length * 20 * 10) / 1e6, 12);
  });

  test('is unknown without prices, without this model’s, and without tokens', async () => {
    const reasons = await Promise.all([
      previewOf(planOf(counting())),
      previewOf(planOf(counting()), { prices: { currency: 'USD', tokens: {} } }),
      previewOf(planOf(runnerOf(right)), { prices, probe: 0 }),
    ]);
    for (const { models } of reasons) expect(models[0]!.cost).toBeNull();
    expect(reasons.map(({ models }) => models[0]!.costReason)).toEqual([
      expect.stringContaining('no prices'),
      expect.stringContaining('no tokens of one'),
      expect.stringContaining('unknown before'),
    ]);
  });

  test('looks under the model’s id too', async () => {
    const plan = withModel(planOf(counting()), { modelId: 'org/one' });
    const table = { currency: 'USD', tokens: { 'org/one': { input: 2, output: 10 } } };
    expect((await previewOf(plan, { prices: table })).models[0]!.cost).not.toBeNull();
  });
});

describe('models that are not opened', () => {
  test('an endpoint stays closed, for opening it might create one', async () => {
    const open = async () => {
      throw new Error('opened');
    };
    const { models } = await previewOf(withModel(planOf(counting()), { kind: 'sagemaker', open }));
    expect(models[0]).toMatchObject({ runner: null, isSkipped: true, questions: 600, probe: null, cached: null });
  });

  test('one that cannot be opened is told, and the others are looked at', async () => {
    const plan = planOf(counting());
    const open = async () => {
      throw new AssayError('MODEL_NOT_FOUND', 'no model of that name');
    };
    const models = [{ ...plan.models[0]!, name: 'gone', open }, plan.models[0]!];
    const preview = await previewOf({ ...plan, models });
    expect(preview.models[0]).toMatchObject({ problem: 'MODEL_NOT_FOUND no model of that name', isSkipped: false });
    expect(preview.models[1]!.runner).toBe('test:v1');
  });

  test('outputs in the dataset ask nothing', async () => {
    const { models } = await previewOf(withModel(planOf(counting()), { open: null }));
    expect(models[0]).toMatchObject({ runner: 'outputs', questions: 0 });
  });
});

test('repeats are asked apart', async () => {
  const plan = planOf(counting(), { repeats: { times: 3, reducer: 'mean' } });
  expect((await previewOf(plan, { probe: 0 })).models[0]!.questions).toBe(1800);
});

test('two algorithms that ask the same share the question', async () => {
  const algorithms = ['a', 'b'].map((label) => instantiateAlgorithm(label, matches, {}));
  expect((await previewOf(planOf(counting(), { algorithms }), { probe: 0 })).models[0]!.questions).toBe(600);
});
