import { expect, test } from 'vitest';
import { withLabelAnswers } from './label-answers.ts';
import type { Classification, GenerateOptions, Prompt, Runner } from './runner.ts';

type Labelled = Omit<Extract<Classification, { ok: true }>, 'id' | 'ok'>;

function classifier(answerTo: (text: string) => Labelled): Runner {
  return {
    version: 2,
    id: 'classifier',
    async *classify(texts) {
      for await (const { id, text } of texts) {
        if (text !== 'broken') yield { id, ok: true, ...answerTo(text) };
        else
          yield { id, ok: false, state: 'failed', error: { code: 'RUNNER_FAILED', message: 'no', retryable: false } };
      }
    },
  };
}

async function answers(runner: Runner, prompts: readonly Prompt[], options: GenerateOptions = {}) {
  const all = [];
  for await (const answer of withLabelAnswers(runner).generate!(prompts, options)) all.push(answer);
  return all;
}

test('a classifier answers with its likeliest label, the first of equals; a text that fails is data', async () => {
  const moods = classifier((text) => ({ labels: text === 'even' ? { a: 0.5, b: 0.5 } : { a: 0.1, b: 0.9 } }));
  const given = await answers(moods, [
    { id: '1', text: 'x' },
    { id: '2', text: 'broken' },
    { id: '3', text: 'even' },
  ]);
  expect(given).toMatchObject([
    { id: '1', ok: true, text: 'b', finishReason: 'stop' },
    { id: '2', ok: false, error: { code: 'RUNNER_FAILED' } },
    { id: '3', ok: true, text: 'a' },
  ]);
  expect(withLabelAnswers(moods).notes).toEqual(['a classifier: its answer is its likeliest label']);
  expect(withLabelAnswers(moods).isGreedy!({ temperature: 1 })).toBe(true);
});

test('a classifier of tokens answers with its spans as JSON, each with the text that it covers', async () => {
  const spans = [{ label: 'PER', start: 3, end: 6, score: 0.75 }];
  const [answer] = await answers(
    classifier(() => ({ labels: { PER: 0.75 }, spans })),
    [{ id: '1', text: 'Hi Ada!' }],
  );
  expect(JSON.parse((answer as { text: string }).text)).toEqual([{ ...spans[0], text: 'Ada' }]);
});

test('one label says nothing, and a form is not kept to: both are refused by name', async () => {
  const one = classifier(() => ({ labels: { LABEL_0: 0.4 } }));
  await expect(answers(one, [{ id: '1', text: 'x' }])).rejects.toMatchObject({ code: 'RUNNER_CAPABILITY' });
  const constraint = { type: 'choice', choices: ['a'] } as const;
  const moods = classifier(() => ({ labels: { a: 1, b: 0 } }));
  for (const [prompt, options] of [
    [{ id: '1', text: 'x', constraint }, {}],
    [{ id: '1', text: 'x' }, { constraint }],
  ] as const) {
    await expect(answers(moods, [prompt], options)).rejects.toMatchObject({
      code: 'RUNNER_CAPABILITY',
      message: 'classifier cannot keep to a form',
    });
  }
});

test('what generates itself, or does not classify, stays as it is', () => {
  const writer: Runner = { version: 2, id: 'writer', async *generate() {} };
  const encoder: Runner = { version: 2, id: 'encoder', async *embed() {} };
  expect(withLabelAnswers(writer)).toBe(writer);
  expect(withLabelAnswers(encoder)).toBe(encoder);
});
