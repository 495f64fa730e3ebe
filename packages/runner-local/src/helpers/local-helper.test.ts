import type { HelperAsk, HelperResult } from '@assay/core';
import { expect, onTestFinished, test } from 'vitest';
import { encoderFixture } from '../../test/encoder-fixture.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { writeTinyClassifier, writeTinyEncoder } from '../../test/tiny-transformer.ts';
import { describeLocalHelper, openLocalHelper } from './local-helper.ts';

async function ask(
  kind: 'classify' | 'similarity' | 'bertscore',
  asks: readonly HelperAsk[],
): Promise<readonly HelperResult[]> {
  const helper = await openLocalHelper(kind, undefined);
  try {
    return await helper.answer(asks);
  } finally {
    await helper.close();
  }
}

test('the embedded classifier finds insults under Detoxify’s names, one answer for each ask in order', async () => {
  const texts = ['What a lovely day.', 'You are a stupid idiot.', 'What a lovely day.'];
  const answers = await ask(
    'classify',
    texts.map((text, i) => ({ key: String(i), kind: 'classify', text })),
  );
  const toxicity = answers.map((answer) => ('labels' in answer ? answer.labels.toxicity! : Number.NaN));
  expect(toxicity[0]).toBeLessThan(0.1);
  expect(toxicity[1]).toBeGreaterThan(0.9);
  expect(toxicity[2]).toBe(toxicity[0]);
  expect(Object.keys((answers[0] as { labels: object }).labels)).toEqual(
    expect.arrayContaining(['severe_toxicity', 'obscene', 'identity_attack', 'insult', 'threat']),
  );
});

test('similarity is near 1 for the same in other words and small for something else', async () => {
  const pair = (a: string, b: string): HelperAsk => ({ key: b, kind: 'similarity', a, b });
  const answers = await ask('similarity', [
    pair('A man is eating food.', 'A man is having a meal.'),
    pair('A man is eating food.', 'The stock market fell sharply.'),
    pair('same', 'same'),
  ]);
  const [near, far, same] = answers.map((answer) => ('value' in answer ? answer.value : Number.NaN));
  expect(near).toBeGreaterThan(0.6);
  expect(far).toBeLessThan(0.2);
  expect(same).toBeCloseTo(1, 6);
});

test('BERTScore is 1 for equal texts, 0 for an empty one, and higher for a paraphrase than for something else', async () => {
  const pair = (candidate: string, reference: string): HelperAsk => ({
    key: candidate,
    kind: 'bertscore',
    candidate,
    reference,
  });
  const pairs = [
    pair('the cat sat on the mat', 'the cat sat on the mat'),
    pair('a cat was sitting on a mat', 'the cat sat on the mat'),
    pair('interest rates rose again', 'the cat sat on the mat'),
    pair('', 'the cat sat on the mat'),
  ];
  const [equal, near, far, empty] = await ask('bertscore', pairs);
  const f1 = (answer: HelperResult | undefined) => (answer !== undefined && 'f1' in answer ? answer.f1 : Number.NaN);
  expect(f1(equal)).toBeCloseTo(1, 5);
  expect(f1(equal)).toBeLessThanOrEqual(1);
  expect(f1(near)).toBeGreaterThan(f1(far) + 0.2);
  expect(f1(empty)).toBe(0);
  const many = await ask(
    'bertscore',
    Array.from({ length: 150 }, (_, i) => pairs[i % 4]!),
  );
  expect(many).toHaveLength(150);
  for (const [i, answer] of many.entries()) expect(f1(answer)).toBeCloseTo(f1([equal, near, far, empty][i % 4]), 4);
});

test('a helper is described by the id that it opens under', async () => {
  const helper = await openLocalHelper('classify', undefined);
  await helper.close();
  expect(await describeLocalHelper('classify', undefined)).toBe(helper.id);
  expect(helper.id).toMatch(/^local:tox-block-bilstm@sha256:[0-9a-f]{64}$/);
});

test('a model that is not there is an error with a code, for describing and opening alike', async () => {
  await expect(describeLocalHelper('classify', 'no-such-model')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  await expect(openLocalHelper('similarity', 'no-such-model')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
});

test('labels that an ask names are scored by entailment; each way of asking is answered for itself', async () => {
  const folder = temporaryFolder();
  writeTinyClassifier(folder, ['contradiction', 'neutral', 'entailment']);
  const helper = await openLocalHelper('classify', folder, { env: { ASSAY_CACHE: temporaryFolder() } });
  onTestFinished(() => helper.close());
  const ask = (text: string, labels?: readonly string[]): HelperAsk => ({
    ...{ key: text, kind: 'classify', text },
    ...(labels === undefined ? {} : { labels, hypothesis: 'film {}' }),
  });
  const answers = await helper.answer([ask('good film', ['good', 'dull']), ask('good film'), ask('bad', ['sport'])]);
  const names = answers.map((answer) => ('labels' in answer ? Object.keys(answer.labels) : []));
  expect(names).toEqual([['good', 'dull'], ['contradiction', 'neutral', 'entailment'], ['sport']]);
  const [first] = answers;
  if (first === undefined || !('labels' in first)) throw new Error('no labels');
  expect(first.labels.good! + first.labels.dull!).toBeCloseTo(1, 5);
});

test('a way of asking that the model does not know fails alone', async () => {
  const answers = await ask('classify', [
    { key: 'a', kind: 'classify', text: 'You idiot.', labels: ['rude', 'kind'], hypothesis: 'This is {}.' },
    { key: 'b', kind: 'classify', text: 'You idiot.' },
  ]);
  expect(answers).toMatchObject([{ failed: { code: 'RUNNER_CAPABILITY' } }, { kind: 'classify' }]);
});

test('BERTScore takes the layer that is asked for', async () => {
  const folder = temporaryFolder();
  writeTinyEncoder(folder, 4);
  const helper = await openLocalHelper('bertscore', folder, { env: { ASSAY_CACHE: temporaryFolder() } });
  onTestFinished(() => helper.close());
  const pair = (layer?: number): HelperAsk => ({
    ...{ key: `${layer}`, kind: 'bertscore', candidate: 'good film', reference: 'bad film' },
    ...(layer === undefined ? {} : { layer }),
  });
  const [last, first, none] = await helper.answer([pair(), pair(0), pair(9)]);
  expect(last).toMatchObject({ kind: 'bertscore' });
  expect(first).toMatchObject({ kind: 'bertscore' });
  expect(first).not.toEqual(last);
  expect(none).toMatchObject({ failed: { code: 'MODEL_UNSUPPORTED' } });
});

test('texts that were encoded before are answered again, among new ones and alone, to the last digit', async () => {
  const helper = await openLocalHelper('similarity', undefined);
  try {
    const pair = (a: string, b: string): HelperAsk => ({ key: b, kind: 'similarity', a, b });
    const known = pair('The cat sat on the mat.', 'A cat was sitting on a rug.');
    const fresh = pair('The cat sat on the mat.', 'Interest rates rose by half a point this quarter.');
    const [first] = await helper.answer([known]);
    expect(first).toMatchObject({ kind: 'similarity' });
    expect(await helper.answer([known])).toEqual([first]);
    const [again, other] = await helper.answer([known, fresh]);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(await helper.answer([fresh])).toEqual([other]);
  } finally {
    await helper.close();
  }
});

test('a classifier of tokens gives the spans of transformers, and of a text beside its source those of the text alone', async () => {
  interface Reference {
    readonly answers: readonly { readonly text: string; readonly spans: readonly { at: number; label: string }[] }[];
  }
  const { folder, reference } = encoderFixture<Reference>('bert-tokens');
  const [first] = reference.answers;
  const helper = await openLocalHelper('classify', folder, { env: { ASSAY_CACHE: temporaryFolder() } });
  onTestFinished(() => helper.close());
  const { text, spans } = first!;
  const asks: HelperAsk[] = [
    { key: 'alone', kind: 'classify', text },
    { key: 'beside', kind: 'classify', text, beside: 'Zoë wrote it.' },
    { key: 'other', kind: 'classify', text, beside: 'Charles wrote to Ada.' },
  ];
  const [alone, beside, other] = await helper.answer(asks);
  if (alone === undefined || !('spans' in alone)) throw new Error('no spans');
  expect(alone.spans!.map(({ label, start }) => ({ label, at: start }))).toEqual(
    spans.map(({ label, at }) => ({ label, at })),
  );
  for (const answer of [beside, other]) {
    if (answer === undefined || !('spans' in answer)) throw new Error('no spans');
    expect(answer.spans!.every(({ start, end }) => start >= 0 && end <= text.length)).toBe(true);
  }
  expect(beside).not.toEqual(alone);
  expect(other).not.toEqual(beside);
});

interface Pairs {
  readonly answers: readonly {
    readonly first: string;
    readonly second: string;
    readonly scores: Readonly<Record<string, number>>;
  }[];
  readonly long: string;
}

test.each(['bert-nli', 'bert-reranker'])(
  '%s scores pairs of texts as transformers’ pipeline does, and refuses what it cannot read whole',
  async (name) => {
    const { folder, reference } = encoderFixture<Pairs>(name);
    const helper = await openLocalHelper('classify', folder, { env: { ASSAY_CACHE: temporaryFolder() } });
    onTestFinished(() => helper.close());
    const pair = (first: string, second: string): HelperAsk => ({
      ...{ key: 'x', kind: 'classify', text: second, beside: first },
    });
    const found = await helper.answer([
      ...reference.answers.map(({ first, second }) => pair(first, second)),
      pair(reference.long, reference.long),
    ]);
    for (const [at, { scores }] of reference.answers.entries()) {
      const close = Object.entries(scores).map(([label, score]) => [label, expect.closeTo(score, 4)]);
      expect(found[at]).toEqual({ kind: 'classify', labels: Object.fromEntries(close) });
    }
    expect(reference.answers.length).toBeGreaterThan(20);
    expect(found.at(-1)).toMatchObject({ failed: { code: 'RUNNER_PROMPT_TOO_LONG' } });
  },
);
