import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { planOf, right, runnerOf, samples, summaryText } from '../../test/made-up-run.ts';
import { defineAlgorithm, type HelperAsk } from '../algorithms/algorithm.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import { runEvaluation } from '../engine/run-evaluation.ts';
import type { RunPlan } from '../engine/run-plan.ts';
import { findSample } from '../results/read-rows.ts';
import { runFolder } from '../storage/run-folder.ts';
import { AnswerCache } from './answer-cache.ts';
import { cacheReasons } from './cache-why.ts';

/** How near the answer is to the target, and what a judge of the other kind says. */
const near = (kind: 'similarity' | 'judge') =>
  defineAlgorithm({
    name: 'near',
    summary: 'Asks a helper model.',
    options: z.strictObject({}),
    needs: () => ['target_output'],
    helpers: () => [{ kind }],
    helperAsks: ({ sample, answers }): HelperAsk[] => {
      const original = answers.get('original');
      const [a, b] = [original?.kind === 'generate' ? original.text : '', sample.features.target_output ?? ''];
      return [kind === 'judge' ? { key: 'k', kind, prompt: `${a}|${b}` } : { key: 'k', kind, a, b }];
    },
    scores: () => ({ near: { range: [0, 1], better: 'higher', kind: 'real', summary: 'nearness' } }),
    score: ({ helpers }) => {
      const answer = helpers.get('k');
      if (answer?.kind === 'similarity') return { scores: { near: answer.value } };
      return answer?.kind === 'judge' ? { scores: { near: answer.text.length / 7 } } : { unscored: 'nothing' };
    },
    signature: () => 'near|v1',
  });

let base: string;
const never = new AbortController().signal;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-helper-cache-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

interface Asked {
  readonly kind?: 'similarity' | 'judge';
  readonly id?: string;
  readonly settings?: string;
  readonly isScripted?: boolean;
  readonly fails?: boolean;
  readonly keeps?: { readonly generations?: boolean; readonly embeddings?: boolean };
  readonly plan?: Partial<RunPlan>;
}

/** Runs with the cache and says how often the helper was opened and what reached it. */
async function run(name: string, asked: Asked = {}): Promise<{ opened: number; asked: number }> {
  const { kind = 'similarity', id = 'local:near@sha256:01', settings, isScripted, fails = false, keeps, plan } = asked;
  const seen = { opened: 0, asked: 0 };
  const changes: Partial<RunPlan> = {
    algorithms: [instantiateAlgorithm('near', near(kind), {})],
    cache: { folder: join(base, 'answers'), ...keeps },
    describeHelper: async () => id,
    openHelper: async () => {
      seen.opened += 1;
      return {
        id,
        ...(settings === undefined ? {} : { settings }),
        ...(isScripted === undefined ? {} : { isScripted }),
        answer: async (asks) => {
          seen.asked += asks.length;
          return asks.map((ask) => {
            if (fails) return { failed: { code: 'MODEL_LOAD', message: 'no' } };
            if (ask.kind === 'judge') return { kind: 'judge' as const, text: ask.prompt };
            const { a, b } = ask as Extract<HelperAsk, { kind: 'similarity' }>;
            return { kind: 'similarity' as const, value: 1 / (1 + a.length / 3 + b.charCodeAt(7) / 7) };
          });
        },
        close: async () => {},
      };
    },
    ...plan,
  };
  await runEvaluation(planOf(runnerOf(right), changes), join(base, name, 'run'), {}, never);
  return seen;
}

const summaryOf = (name: string): Promise<string> => summaryText(join(base, name, 'run'));

async function withCache<T>(use: (cache: AnswerCache) => T | Promise<T>): Promise<T> {
  const cache = (await AnswerCache.open(join(base, 'answers'), () => {}))!;
  try {
    return await use(cache);
  } finally {
    await cache.close();
  }
}

test('a second run loads no helper, asks nothing and ends with the same summary', async () => {
  expect(await run('first')).toEqual({ opened: 1, asked: 600 });
  expect(await run('second')).toEqual({ opened: 0, asked: 0 });
  const first = await summaryOf('first');
  expect(await summaryOf('second')).toBe(first);
  expect(await run('without', { keeps: { embeddings: false } })).toEqual({ opened: 1, asked: 600 });
  expect(await summaryOf('without')).toBe(first);
  expect(JSON.parse(first).scores[0]).toMatchObject({ n: 600 });
});

test('outputs that lie in the dataset are scored from the cache too', async () => {
  const withOutputs = samples.map((sample) => ({
    ...sample,
    features: { ...sample.features, model_output: `answer ${sample.index % 2}` },
  }));
  const dataset = {
    name: 'made-up',
    total: samples.length,
    files: [],
    async *samples() {
      yield* withOutputs;
    },
  };
  const [model] = planOf(runnerOf(right)).models;
  const plan = { dataset, models: [{ ...model!, open: null }] };
  expect(await run('first', { plan })).toEqual({ opened: 1, asked: 600 });
  expect(await run('second', { plan })).toEqual({ opened: 0, asked: 0 });
  expect(await summaryOf('second')).toBe(await summaryOf('first'));
});

test('one byte of the weights, or another version of assay, is asked again, and the cache says which it was', async () => {
  await run('first');
  expect(await run('weights', { id: 'local:near@sha256:02' })).toEqual({ opened: 1, asked: 600 });
  expect(await run('version', { plan: { versions: { assay: '9' } } })).toEqual({ opened: 1, asked: 600 });
  const whyOf = (name: string) =>
    withCache(async (cache) => {
      const [record] = await findSample(runFolder(join(base, name, 'run')), 3);
      const [reason] = cacheReasons(cache, record!.helperCache!);
      return reason!.hit ? 'hit' : (reason!.nearest?.differences.map((part) => part.name).join() ?? 'nothing before');
    });
  expect(await whyOf('first')).toBe('nothing before');
  expect(await whyOf('weights')).toBe('helper');
  expect(await whyOf('version')).toBe('version');
  await run('again');
  expect(await whyOf('again')).toBe('hit');
});

test('a judge is kept as a generation: by its opened id and its settings, never a scripted one', async () => {
  const judge = { kind: 'judge', settings: 'be strict' } as const;
  expect(await run('first', judge)).toEqual({ opened: 1, asked: 600 });
  expect(await run('second', { ...judge, keeps: { embeddings: false } })).toEqual({ opened: 1, asked: 0 });
  expect(await summaryOf('second')).toBe(await summaryOf('first'));
  expect((await run('kind', { ...judge, settings: 'be kind' })).asked).toBe(600);
  expect((await run('off', { ...judge, keeps: { generations: false } })).asked).toBe(600);
  const scripted = { ...judge, id: 'scripted:a', isScripted: true };
  expect((await run('scripted', scripted)).asked).toBe(600);
  expect((await run('scripted-again', scripted)).asked).toBe(600);
});

test('what failed is not kept', async () => {
  expect((await run('first', { fails: true })).asked).toBe(600);
  expect((await run('second')).asked).toBe(600);
});

test('without generations the model is asked again, and its helpers are not', async () => {
  await run('first');
  const runner = runnerOf(right);
  const [model] = planOf(runner).models;
  const again = { keeps: { generations: false }, plan: { models: [{ ...model!, open: async () => runner }] } };
  expect(await run('second', again)).toEqual({ opened: 0, asked: 0 });
  expect(runner.asked).toBe(600);
});

test('stats count helper models apart from models under test, and pruning knows both', async () => {
  await run('first');
  const stats = await withCache((cache) => cache.stats());
  expect([...stats.byRunner.keys()]).toEqual(['test:v1']);
  expect([...stats.byHelper]).toEqual([['similarity local:near@sha256:01', stats.entries - 600]]);
  expect(await withCache((cache) => cache.prune({ before: Number.POSITIVE_INFINITY }))).toBe(stats.entries);
});
