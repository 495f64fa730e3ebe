import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Answer, planOf, right, runnerOf, summaryText } from '../../test/made-up-run.ts';
import { runEvaluation } from '../engine/run-evaluation.ts';
import type { RunPlan } from '../engine/run-plan.ts';
import type { PlannedAsk } from '../engine/sample-work.ts';
import { findSample } from '../results/read-rows.ts';
import type { Completed, GenerateOptions, Runner } from '../runner/runner.ts';
import { runFolder } from '../storage/run-folder.ts';
import { AnswerCache, type CacheEntry } from './answer-cache.ts';
import { answerKey, answerKeyParts, type Draw } from './answer-key.ts';
import { cacheReasons } from './cache-why.ts';

let base: string;
let cacheFolder: string;
const never = new AbortController().signal;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-cache-'));
  cacheFolder = join(base, 'answers');
});
afterEach(() => rm(base, { recursive: true, force: true }));

function openCache(troubles: string[] = []): Promise<AnswerCache | undefined> {
  return AnswerCache.open(cacheFolder, (message) => troubles.push(message));
}

interface Asked {
  readonly id?: string;
  readonly generate?: GenerateOptions;
  readonly template?: string;
}

/** Runs with the cache and says how many questions reached the runner. */
async function run(name: string, { id = 'test:v1', generate = {}, template = '' }: Asked = {}): Promise<number> {
  const runner = Object.assign(runnerOf(right), { id });
  const plan: Partial<RunPlan> = {
    models: [
      {
        name: 'one',
        open: async () => runner,
        generate,
        compose: (_, text) => ({ text: template + text, messages: [] }),
      },
    ],
    cache: { folder: cacheFolder },
  };
  await runEvaluation(planOf(runner, plan), join(base, name, 'run'), {}, never);
  return runner.asked;
}

async function whyOf(name: string): Promise<string[]> {
  const [record] = await findSample(runFolder(join(base, name, 'run')), 3);
  const cache = (await openCache())!;
  try {
    return cacheReasons(cache, record!.cache!).map(({ hit, nearest }) =>
      hit ? 'hit' : (nearest?.differences.map((part) => part.name).join() ?? 'nothing before'),
    );
  } finally {
    await cache.close();
  }
}

test('a second run asks nothing and ends with the same summary', async () => {
  expect(await run('first')).toBe(600);
  expect(await run('second')).toBe(0);
  expect(await summaryText(join(base, 'second', 'run'))).toBe(await summaryText(join(base, 'first', 'run')));
  expect(await whyOf('first')).toEqual(['nothing before']);
  expect(await whyOf('second')).toEqual(['hit']);
});

test('another prompt, parameter or weight is asked again, and the cache says which it was', async () => {
  await run('first');
  expect(await run('prompt', { template: 'Q: ' })).toBe(600);
  expect(await run('parameter', { generate: { maxNewTokens: 5 } })).toBe(600);
  expect(await run('weights', { id: 'test:v1@sha256:00ff' })).toBe(600);
  expect(await whyOf('prompt')).toEqual(['prompt']);
  expect(await whyOf('parameter')).toEqual(['maxNewTokens']);
  expect(await whyOf('weights')).toEqual(['runner']);
});

test('log-probabilities of what may be cut are apart by how it is', () => {
  const ask = { id: 'a', kind: 'logProbability', prompt: { text: 'p' }, continuation: 'c', repeat: 0 } as const;
  const key = (changes: Partial<PlannedAsk>, generate: GenerateOptions = {}) =>
    answerKey(answerKeyParts('r', { ...ask, ...changes }, generate, undefined));
  expect(key({}, { overflow: 'left' })).not.toBe(key({}));
  expect(key({}, { overflow: 'error', maxNewTokens: 5 })).toBe(key({}));
  const alone = { prompt: { text: '' } };
  expect(key(alone, { overflow: 'left' })).toBe(key(alone));
  expect(key({ ...alone, windows: 'whole' })).not.toBe(key(alone));
});

test('repeats and seeds are apart unless the runner surely takes the likeliest tokens', () => {
  const ask = { id: 'a', kind: 'generate', prompt: { text: 'p', messages: [] }, continuation: '', repeat: 0 } as const;
  const key = (generate: GenerateOptions, draw?: Draw) => answerKey(answerKeyParts('r', ask, generate, draw));
  expect(key({}, { repeat: 0, seed: 1 })).not.toBe(key({}, { repeat: 1, seed: 1 }));
  expect(key({}, { repeat: 0, seed: 1 })).not.toBe(key({}, { repeat: 0, seed: 2 }));
  expect(key({ stop: ['a'] })).not.toBe(key({ stop: ['b'] }));
});

test('repeats of a provider that samples by itself stay apart in the cache; those of a greedy runner are one', async () => {
  const repeated = async (name: string, id: string, greedy: Partial<Runner> = {}): Promise<number> => {
    const drawn: Answer = (prompt, position) => ({
      ...(right(prompt, position) as Completed),
      text: `answer ${position % 5}`,
    });
    const runner = Object.assign(runnerOf(drawn), { id }, greedy);
    const plan = { cache: { folder: cacheFolder }, repeats: { times: 2, reducer: 'mean' } };
    await runEvaluation(planOf(runner, plan), join(base, name, 'run'), {}, never);
    return runner.asked;
  };
  expect(await repeated('first', 'samples')).toBe(1200);
  expect(await repeated('second', 'samples')).toBe(0);
  expect(await summaryText(join(base, 'second', 'run'))).toBe(await summaryText(join(base, 'first', 'run')));
  await repeated('greedy', 'likeliest', { isGreedy: () => true });
  const cache = (await openCache())!;
  expect([...(await cache.stats()).byRunner]).toEqual([
    ['samples', 1200],
    ['likeliest', 600],
  ]);
  await cache.close();
});

test.each([
  ['cut short', (file: string) => truncate(file, 10_000)],
  ['something else', (file: string) => writeFile(file, Buffer.alloc(100_000, 7))],
])('a store that is %s is set aside, and the run goes on', async (_, damage) => {
  await run('first');
  await damage(join(cacheFolder, 'answers.mdb'));
  expect(await run('second')).toBe(600);
  expect(await run('third')).toBe(0);
  expect(await readdir(cacheFolder)).toContain('answers.mdb.broken');
});

test('a folder that cannot be written costs the cache, not the run', async () => {
  await writeFile(cacheFolder, 'a file where the folder should be');
  expect(await run('first')).toBe(600);
  expect(await readFile(cacheFolder, 'utf8')).toContain('a file');
});

test('pruning drops the oldest first', async () => {
  const cache = (await openCache())!;
  const entry = (keptAt: number): CacheEntry => ({
    answer: { kind: 'generate', text: 'x'.repeat(100), elapsedMs: 1 },
    parts: [['runner', 'r']],
    sample: 's',
    keptAt,
  });
  for (let at = 1; at <= 10; at += 1) cache.keep(`key-${at}`, entry(at));
  await cache.close();
  const again = (await openCache())!;
  expect(await again.stats()).toMatchObject({ entries: 10, byRunner: new Map([['r', 10]]) });
  expect(await again.prune({ before: 4 })).toBe(3);
  const size = 5 + JSON.stringify(entry(5)).length;
  expect(await again.prune({ maxBytes: 3 * size + 9 })).toBe(4);
  expect([...again.entries()].map(([key]) => key)).toEqual(['key-10', 'key-8', 'key-9']);
  await again.close();
});
