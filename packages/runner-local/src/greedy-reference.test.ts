import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Completion, LogProbability, Prompt } from '@assay/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EMBEDDED_MODEL } from '../test/embedded-model.ts';
import { readCausalFolder } from './generation/causal-folder.ts';
import { TextCodec } from './generation/text-codec.ts';
import { createLocalRunner, type LocalRunner } from './local-runner.ts';

interface Reference {
  readonly newTokens: number;
  readonly prompts: readonly {
    readonly text: string;
    readonly chat: boolean;
    readonly promptTokens: readonly number[];
    readonly tokens: readonly number[];
    readonly logProbabilities: readonly number[];
  }[];
}

const fixture = fileURLToPath(new URL('../fixtures/greedy-reference.json', import.meta.url));
const reference = JSON.parse(readFileSync(fixture, 'utf8')) as Reference;
const prompts = reference.prompts.map(({ text, chat }, i): Prompt => {
  return { id: String(i), text, ...(chat ? { messages: [{ role: 'user', content: text }] } : {}) };
});

/** The fixture is by fixtures/make_greedy_reference.py: numpy in fp32, no cache, no batch. */
describe('the embedded model against the fp32 reference', () => {
  let runner: LocalRunner;
  let codec: TextCodec;
  beforeAll(async () => {
    codec = await TextCodec.load(readCausalFolder(EMBEDDED_MODEL));
    runner = await createLocalRunner({ model: EMBEDDED_MODEL, batchSize: 25, digest: 'reference' });
  }, 60_000);
  afterAll(() => runner?.close());

  it('reads the same prompt tokens as the reference tokenizer and template', () => {
    prompts.forEach((prompt, i) => {
      expect(codec.promptTokens(prompt)).toEqual(reference.prompts[i]!.promptTokens);
    });
  });

  it('generates the same greedy tokens for all 50 prompts', async () => {
    const answers = new Map<string, Completion>();
    for await (const answer of runner.generate(prompts, { maxNewTokens: reference.newTokens })) {
      answers.set(answer.id, answer);
    }
    reference.prompts.forEach(({ tokens }, i) => {
      expect(answers.get(String(i))).toMatchObject({ ok: true, text: codec.decode(tokens), newTokens: tokens.length });
    });
  }, 120_000);

  it('gives its tokens the same log-probabilities within 1e-3', async () => {
    // Only where prompt and answer tokenise together as they do apart; an end token is left out of the text.
    const requests = reference.prompts
      .map(({ promptTokens, tokens }, i) => {
        const { text, messages } = prompts[i]!;
        const prompt = messages === undefined ? text : codec.render(messages);
        return { id: String(i), prompt, continuation: codec.decode(tokens), promptTokens, tokens };
      })
      .filter(({ prompt, continuation, promptTokens, tokens }) => {
        const whole = [...promptTokens, ...tokens];
        return whole.join().startsWith(codec.encode(prompt + continuation).join());
      });
    expect(requests.length).toBeGreaterThanOrEqual(45);
    const scores = new Map<string, LogProbability>();
    for await (const score of runner.logProbabilities(requests, {})) scores.set(score.id, score);
    for (const { id } of requests) {
      const score = scores.get(id);
      if (!score?.ok) throw new Error(`prompt ${id} was not scored`);
      const expected = reference.prompts[Number(id)]!.logProbabilities;
      expect(score.isGreedy).toBe(true);
      expect(score.tokenLogProbabilities.length).toBeGreaterThanOrEqual(expected.length - 1);
      score.tokenLogProbabilities.forEach((value, at) => {
        expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-3);
      });
    }
  }, 120_000);
});
