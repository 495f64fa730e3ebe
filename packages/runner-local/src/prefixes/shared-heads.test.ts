import type { Completion, LogProbability, LogProbabilityRequest, Prompt, PromptReading } from '@assay/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { tinyText, writeTinyLanguageModel } from '../../test/tiny-language-model.ts';
import { createLocalRunner, type LocalRunner, type LocalRunnerOptions } from '../local-runner.ts';

/** Bytes of a token of the tiny model: 2 layers, key and value, 2 heads of 16 elements. */
const TOKEN = 2 * 2 * 2 * 16 * 4;

async function open(options: Partial<LocalRunnerOptions> = {}): Promise<LocalRunner> {
  const model = temporaryFolder();
  writeTinyLanguageModel(model, 'llama', { 'onnx/model.onnx': 'gqa.onnx' });
  const runner = await createLocalRunner({ model, workers: 2, batchSize: 32, digest: 'tiny', ...options });
  onTestFinished(() => runner.close());
  return runner;
}

/** Ids of a text that is surely no other's: `seed` is in it, and it is `length` long. */
function words(seed: number, length: number): number[] {
  return Array.from({ length }, (_, i) => 3 + ((seed * 7 + i * 11 + (seed >> 3) * i + (i >> 1)) % 45));
}

/** A question of its own behind one of the heads. */
function question(at: number, heads: number): string {
  const own = [3 + (at % 45), 3 + (Math.floor(at / 45) % 45)];
  return tinyText(...words(at % heads, 40), ...own, ...words(at, 3 + (at % 5)));
}

async function generate(runner: LocalRunner, prompts: readonly Prompt[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for await (const answer of runner.generate(prompts, { maxNewTokens: 3 })) texts.set(answer.id, textOf(answer));
  return texts;
}

const textOf = (answer: Completion): string => (answer.ok ? answer.text : `failed: ${answer.error.message}`);

async function score(
  runner: LocalRunner,
  requests: readonly LogProbabilityRequest[],
): Promise<Map<string, readonly number[]>> {
  const found = new Map<string, readonly number[]>();
  for await (const answer of runner.logProbabilities(requests, {})) found.set(answer.id, nats(answer));
  return found;
}

const nats = (answer: LogProbability): readonly number[] => (answer.ok ? answer.tokenLogProbabilities : []);

function expectNear(found: Map<string, readonly number[]>, alone: Map<string, readonly number[]>): void {
  expect(found.size).toBe(alone.size);
  for (const [id, values] of alone) {
    expect(found.get(id)).toHaveLength(values.length);
    values.forEach((value, at) => {
      expect(Math.abs(found.get(id)![at]! - value)).toBeLessThan(1e-3);
    });
  }
}

const prompts = (count: number, heads: number): Prompt[] =>
  Array.from({ length: count }, (_, at) => ({ id: String(at), text: question(at, heads) }));

/** Two continuations of each question. */
const requests = (count: number, heads: number): LogProbabilityRequest[] =>
  Array.from({ length: 2 * count }, (_, at) => {
    const continuation = ` ${tinyText(3 + (at % 2), 5 + (at % 7))}`;
    return { id: String(at), prompt: question(at >> 1, heads), continuation };
  });

const reading = (runner: LocalRunner): PromptReading => runner.reading()!;

describe('a few-shot run of 1,000 questions', () => {
  it('that generates reads the shared head once, and answers as without sharing', async () => {
    const alone = await open({ prefixBytes: 0 });
    const expected = await generate(alone, prompts(1000, 1));
    expect(reading(alone)).toMatchObject({ heads: 0, unheld: 0 });
    expect(reading(alone).read).toBe(reading(alone).tokens);
    const sharing = await open();
    expect(await generate(sharing, prompts(1000, 1))).toEqual(
      new Map([...expected].sort(([a], [b]) => Number(a) - Number(b))),
    );
    const { tokens, read, heads, headTokens } = reading(sharing);
    expect({ heads, headTokens }).toEqual({ heads: 1, headTokens: 40 });
    expect(tokens).toBe(reading(alone).tokens);
    expect(read).toBe(tokens - 999 * 40);
  });

  it('that scores continuations does too', async () => {
    const alone = await open({ prefixBytes: 0 });
    const expected = await score(alone, requests(1000, 1));
    expect(reading(alone)).toMatchObject({ heads: 0, read: reading(alone).tokens });
    const sharing = await open();
    expectNear(await score(sharing, requests(1000, 1)), expected);
    const { tokens, read, heads, headTokens } = reading(sharing);
    expect({ heads, headTokens }).toEqual({ heads: 1, headTokens: 40 });
    expect(read).toBeLessThanOrEqual(tokens - 1999 * 40);
  });
});

it.each([
  ['memory for all', 2 ** 20],
  ['memory for two', 90 * TOKEN],
  ['memory for none', 30 * TOKEN],
] as const)('heads in mixed order change no answer: %s', async (_, prefixBytes) => {
  const [alone, sharing] = [await open({ prefixBytes: 0 }), await open({ prefixBytes })];
  expect(new Map([...(await generate(sharing, prompts(200, 5)))].sort())).toEqual(
    new Map([...(await generate(alone, prompts(200, 5)))].sort()),
  );
  expectNear(await score(sharing, requests(200, 5)), await score(alone, requests(200, 5)));
  const { heads, unheld } = reading(sharing);
  if (prefixBytes === 2 ** 20) expect({ heads, unheld }).toEqual({ heads: 5, unheld: 0 });
  if (prefixBytes === 30 * TOKEN) expect(unheld).toBeGreaterThan(0);
});

it('tells once that memory does not suffice', async () => {
  const told: number[] = [];
  const hooks = { onUnheld: ({ limitBytes }: { limitBytes: number }) => told.push(limitBytes) };
  await generate(await open({ prefixBytes: 10 * TOKEN, hooks }), prompts(100, 2));
  expect(told).toEqual([10 * TOKEN]);
});

it('heads that memory has no room for come back from the disk, where they were not read before', async () => {
  const mixed = Array.from({ length: 10 }, () => prompts(40, 5))
    .flat()
    .map((prompt, at) => ({ ...prompt, id: `${at}` }));
  const readBy = async (prefixDiskBytes: number) => {
    // Few at a time, so that heads go and are asked for again.
    const runner = await open({ prefixBytes: 90 * TOKEN, prefixDiskBytes, workers: 1, batchSize: 4 });
    const answers: string[] = [];
    for (const prompt of mixed)
      answers.push((await generate(runner, [prompt, { ...prompt, id: 'again' }])).get(prompt.id)!);
    return { answers, ...reading(runner) };
  };
  const [without, kept] = [await readBy(0), await readBy(2 ** 20)];
  expect(kept.answers).toEqual(without.answers);
  expect(without.heads).toBeGreaterThan(300);
  expect(kept.heads).toBeLessThan(60);
  expect(kept.read).toBeLessThan(without.read / 2);
});

it('several samples of a prompt read it once', async () => {
  const repeated = (runner: LocalRunner) =>
    generate(
      runner,
      Array.from({ length: 60 }, (_, at) => ({ id: String(at), text: question(at >> 2, 15), seed: at })),
    );
  const [alone, sharing] = [await open({ prefixBytes: 0 }), await open()];
  expect(new Map([...(await repeated(sharing))].sort())).toEqual(new Map([...(await repeated(alone))].sort()));
  const { tokens, read } = reading(sharing);
  expect(read).toBeLessThan(tokens / 3);
});

it('worker processes are handed what one of them has read', async () => {
  const [alone, sharing] = [await open({ prefixBytes: 0 }), await open({ isolate: true })];
  expect(new Map([...(await generate(sharing, prompts(200, 2)))].sort())).toEqual(
    new Map([...(await generate(alone, prompts(200, 2)))].sort()),
  );
  expect(reading(sharing)).toMatchObject({ heads: 2, headTokens: 80 });
});
