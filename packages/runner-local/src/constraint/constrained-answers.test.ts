import type { Completion, GenerateOptions, Prompt, TextConstraint } from '@assay/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EMBEDDED_MODEL } from '../../test/embedded-model.ts';
import { createLocalRunner, type LocalRunner } from '../local-runner.ts';

let runner: LocalRunner;
beforeAll(async () => {
  runner = await createLocalRunner({ model: EMBEDDED_MODEL, workers: 1 });
}, 300_000);
afterAll(() => runner?.close());

async function ask(content: string, options: GenerateOptions, seed = 1): Promise<Completion> {
  const prompt: Prompt = { id: 'q', text: content, messages: [{ role: 'user', content }], seed };
  for await (const answer of runner.generate([prompt], options)) return answer;
  throw new Error('no answer');
}

async function textOf(content: string, constraint: TextConstraint, options: GenerateOptions = {}): Promise<string> {
  const answer = await ask(content, { maxNewTokens: 48, ...options, constraint });
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.text;
}

const PERSON: TextConstraint = {
  type: 'json_schema',
  schema: {
    type: 'object',
    properties: {
      name: { type: 'string' },
      age: { type: 'integer', minimum: 0, maximum: 120 },
      city: { enum: ['Köln', '東京'] },
    },
    required: ['name', 'age', 'city'],
    additionalProperties: false,
  },
};

test.each([
  [0, 42],
  [0, 70],
  [1.5, 42],
])(
  'an answer meets its schema at temperature %d in %d tokens',
  async (temperature, maxNewTokens) => {
    const text = await textOf('Describe a person.', PERSON, { temperature, maxNewTokens });
    const value = JSON.parse(text) as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['name', 'age', 'city']);
    expect(value.age).toBeLessThanOrEqual(120);
    expect(['Köln', '東京']).toContain(value.city);
  },
  300_000,
);

test('an answer matches its pattern, or is one of its choices', async () => {
  expect(await textOf('When was that?', { type: 'regex', pattern: '(19|20)[0-9]{2}-[01][0-9]' })).toMatch(
    /^(19|20)\d{2}-[01]\d$/,
  );
  const choices = ['réponse A', '答え B', '😀'];
  expect(choices).toContain(await textOf('Choose.', { type: 'choice', choices }));
}, 300_000);

test('an answer that ends by its form needs no end token, and its tokens are listed', async () => {
  const answer = await ask('Is water wet?', {
    constraint: { type: 'choice', choices: ['Yes'] },
    logProbabilities: true,
  });
  expect(answer).toMatchObject({ ok: true, text: 'Yes', finishReason: 'stop' });
  for (const { logProbability } of (answer.ok && answer.tokens) || []) expect(logProbability).toBeLessThan(0);
});

test('a form that cannot be kept to fails its prompt alone', async () => {
  expect(await ask('x', { constraint: { type: 'json_schema', schema: { not: {} } } })).toMatchObject({
    ok: false,
    error: { code: 'RUNNER_CONSTRAINT' },
  });
  expect(await ask('x', { constraint: { type: 'choice', choices: ['far too long'] }, maxNewTokens: 3 })).toMatchObject({
    ok: false,
    error: { code: 'RUNNER_CONSTRAINT', message: expect.stringContaining('12 bytes') },
  });
});

test.each([0, 0.9])(
  'an answer within a form is the same alone as beside others, at temperature %d',
  async (temperature) => {
    const options: GenerateOptions = { temperature, maxNewTokens: 42, constraint: PERSON };
    const alone = await ask('Describe a person.', options, 7);
    const others = Array.from({ length: 5 }, (_, at) =>
      ask(`Tell me about the number ${at}.`, {
        temperature: at % 3,
        maxNewTokens: 8,
        // Of all the vocabulary at once, of few tokens, and within forms of their own.
        ...(at === 1 ? { presencePenalty: -0.5 } : {}),
        ...(at % 2 === 0 ? { constraint: { type: 'regex', pattern: '[^0-9]{4,60}' } } : {}),
      }),
    );
    const [beside] = await Promise.all([ask('Describe a person.', options, 7), ...others]);
    expect(beside.ok && beside.text).toBe(alone.ok && alone.text);
  },
  300_000,
);

test('neighbours without a form answer as they do alone', async () => {
  const alone = await ask('Say hello.', { maxNewTokens: 12 });
  const [beside] = await Promise.all([ask('Say hello.', { maxNewTokens: 12 }), textOf('Describe a person.', PERSON)]);
  expect([beside.ok && beside.text]).toEqual([alone.ok && alone.text]);
}, 300_000);
