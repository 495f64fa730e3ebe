import { expect, test } from 'vitest';
import { createOpenaiEmbedder } from './openai-embedder.ts';
import type { OpenaiModel } from './openai-model.ts';

const model = {
  ...{ runner: 'openai', name: 'e', generate: {}, inferenceParameters: {} },
  openai: { model: 'tiny', base_url: 'https://v.example/v1', api_key_env: 'KEY' },
} as unknown as OpenaiModel;

function embedderOf(answer: (input: readonly string[]) => unknown) {
  const asked: string[][] = [];
  const embedder = createOpenaiEmbedder(model, {
    env: { KEY: 'k' },
    fetch: async (_, { body } = {}) => {
      const { input } = JSON.parse(String(body)) as { input: string[] };
      asked.push(input);
      return new Response(JSON.stringify(answer(input)));
    },
  });
  return { embedder, asked };
}

const vectorsOf = (input: readonly string[]) => ({
  data: input.map((text, index) => ({ index, embedding: [text.length, 1] })).reverse(),
});

test('vectors stand in the order of the texts, whatever that of the answer, over several requests', async () => {
  const { embedder, asked } = embedderOf(vectorsOf);
  const texts = Array.from({ length: 70 }, (_, i) => 'x'.repeat(i + 1));
  expect(await embedder.embed(texts)).toEqual(texts.map((text) => [text.length, 1]));
  expect(asked.map((each) => each.length)).toEqual([64, 6]);
  expect(embedder.id).toBe('openai:https://v.example/v1:tiny:embeddings');
});

test.each([
  ['an answer without vectors', () => ({ error: 'none' })],
  ['a text that has none', (input: readonly string[]) => ({ data: vectorsOf(input).data.slice(1) })],
  [
    'vectors of several lengths',
    () => ({
      data: [
        { index: 0, embedding: [1] },
        { index: 1, embedding: [1, 2] },
      ],
    }),
  ],
])('%s is no answer', async (_, answer) => {
  await expect(embedderOf(answer).embedder.embed(['a', 'b'])).rejects.toMatchObject({ code: 'RUNNER_NO_ANSWER' });
});
