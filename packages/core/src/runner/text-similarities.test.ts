import { expect, test } from 'vitest';
import type { Runner, TextInput } from './runner.ts';
import { type ComparedTexts, type Similarities, textSimilarities } from './text-similarities.ts';

const QUESTIONS: readonly ComparedTexts[] = [
  { id: '0/a', text: 'east', others: ['east', 'north', 'west', 'nowhere'] },
  { id: '1/b c', text: 'north', others: ['north east'] },
];
const VECTORS: Readonly<Record<string, readonly number[]>> = {
  ...{ east: [2, 0], north: [0, 3], west: [-1, 0], nowhere: [0, 0], 'north east': [1, 1] },
};

async function listed<T>(stream: AsyncIterable<T> | Iterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of stream) all.push(each);
  return all;
}

async function byId(runner: Runner): Promise<Map<string, Similarities>> {
  const answers = await listed(textSimilarities(runner, QUESTIONS));
  return new Map(answers.map((answer) => [answer.id, answer]));
}

/** Answers backwards, once all texts are there. */
const encoder: Runner = {
  version: 2,
  id: 'encoder',
  async *embed(texts) {
    for (const { id, text } of (await listed(texts)).reverse()) {
      if (text === 'broken') yield failed(id);
      else yield { id, ok: true, vector: Float32Array.from(VECTORS[text]!) };
    }
  },
};

function failed(id: string) {
  return { id, ok: false, state: 'failed', error: { code: 'RUNNER_FAILED', message: 'no', retryable: false } } as const;
}

test('an encoder’s similarities are cosines, in the order of the texts, whatever the order of its answers', async () => {
  const answers = await byId(encoder);
  expect(answers.get('0/a')).toMatchObject({ ok: true, similarities: [1, 0, -1, 0] });
  const [diagonal] = (answers.get('1/b c') as { similarities: readonly number[] }).similarities;
  expect(diagonal).toBeCloseTo(Math.SQRT1_2, 6);
  expect(answers.size).toBe(2);
});

test('a text that fails costs its question, once', async () => {
  const questions = [{ id: 'q', text: 'east', others: ['broken', 'broken', 'west'] }, ...QUESTIONS];
  const answers = await listed(textSimilarities(encoder, questions));
  expect(answers.filter(({ id }) => id === 'q')).toEqual([failed('q')]);
  expect(answers.filter(({ ok }) => ok)).toHaveLength(2);
});

test('a classifier with one label reads each other text as a pair of the first', async () => {
  const pairs: Omit<TextInput, 'id'>[] = [];
  const reranker: Runner = {
    version: 2,
    id: 'reranker',
    async *classify(texts) {
      for await (const { id, ...pair } of texts) {
        pairs.push(pair);
        yield { id, ok: true, labels: { LABEL_0: pair.pair === 'west' ? 0.25 : 0.75 } };
      }
    },
  };
  const answers = await byId(reranker);
  expect(answers.get('0/a')).toMatchObject({ similarities: [0.75, 0.75, 0.25, 0.75] });
  expect(pairs[2]).toEqual({ text: 'east', pair: 'west' });
});

test('a classifier with several labels, and a model that only generates, are refused by name', async () => {
  const moods: Runner = {
    version: 2,
    id: 'moods',
    async *classify(texts) {
      for await (const { id } of texts) yield { id, ok: true, labels: { good: 0.5, bad: 0.5 } };
    },
  };
  await expect(byId(moods)).rejects.toMatchObject({
    code: 'RUNNER_CAPABILITY',
    message: 'a classifier with 2 labels (good, bad) gives no similarity',
  });
  const writer: Runner = { version: 2, id: 'writer', async *generate() {} };
  await expect(byId(writer)).rejects.toMatchObject({
    code: 'RUNNER_CAPABILITY',
    message: 'writer cannot embed texts',
  });
});
