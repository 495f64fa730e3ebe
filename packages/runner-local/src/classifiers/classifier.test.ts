import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runnerMethods } from '@assay/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inOrder, textInputs } from '../../test/collect.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { tinyTokens, tinyVector, writeTinyClassifier } from '../../test/tiny-transformer.ts';
import { findEmbeddedModel } from '../models/embedded-models.ts';
import { readModelConfig } from '../models/model-config.ts';
import { type Classifier, type ClassifierOptions, createClassifier } from './classifier.ts';
import { createClassifierRunner } from './classifier-runner.ts';
import { KerasTokenizer } from './keras-tokenizer.ts';

/** Made by Python: Keras' own tokenizing statements over vocab.txt, and onnxruntime. */
const golden = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../test/fixtures/tox-golden.json', import.meta.url)), 'utf8'),
) as { readonly text: string; readonly ids: number[]; readonly scores: number[] }[];
const davidson = fileURLToPath(new URL('../../../../../shared/datasets/davidson/labeled_data.csv', import.meta.url));

async function open(options: ClassifierOptions): Promise<Classifier> {
  const classifier = await createClassifier({ env: { ASSAY_CACHE: temporaryFolder() }, ...options });
  onTestFinished(() => classifier.close());
  return classifier;
}

function sumOfVectors(tokens: readonly string[], labels: number): number[] {
  return tokens.map((token) => tinyVector(token, labels)).reduce((sum, vector) => sum.map((x, at) => x + vector[at]!));
}

function softmax(logits: readonly number[]): number[] {
  const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
  return logits.map((logit) => Math.exp(logit) / sum);
}

describe('the embedded toxicity model', () => {
  it('tokenises exactly as Keras does', () => {
    const { folder } = findEmbeddedModel('tox-block-bilstm')!;
    const tokenizer = new KerasTokenizer(readFileSync(`${folder}/vocab.txt`, 'utf8'), readModelConfig(folder));
    expect(golden.map(({ text }) => tokenizer.encode(text))).toEqual(golden.map(({ ids }) => ids));
  });

  it('gives the scores that Python gives, under the names that Detoxify uses', async () => {
    const classifier = await open({ model: 'tox-block-bilstm' });
    const answers = await inOrder(classifier.classify(textInputs(golden.map(({ text }) => text))));
    const names = ['toxicity', 'severe_toxicity', 'obscene', 'threat', 'insult', 'identity_attack'];
    for (const [index, answer] of answers.entries()) {
      if (!answer.ok) throw new Error(answer.error.message);
      expect(Object.keys(answer.labels)).toEqual(names);
      for (const [at, name] of names.entries()) {
        expect(answer.labels[name]).toBeCloseTo(golden[index]!.scores[at]!, 5);
      }
    }
  });

  it("keeps the model's own label names when asked", async () => {
    const classifier = await open({ model: 'tox-block-bilstm', labelNames: 'model' });
    const [answer] = await inOrder(classifier.classify(textInputs(['hello'])));
    expect(Object.keys((answer as { labels: object }).labels)).toEqual(classifier.info.labels);
    expect(classifier.info.labels).toContain('identity_hate');
  });

  it('finds an insult anywhere in a long text where it is read whole', async () => {
    const classifier = await open({ model: 'tox-block-bilstm' });
    const texts = textInputs([`You are a stupid idiot. ${'The weather is nice and the train is late. '.repeat(60)}`]);
    const toxicity = async (whole: boolean) => {
      const [answer] = await inOrder(classifier.classify(texts, { whole }));
      return (answer as { labels: Record<string, number> }).labels.toxicity!;
    };
    expect(await toxicity(false)).toBeLessThan(0.2);
    expect(await toxicity(true)).toBeGreaterThan(0.5);
  });

  it('scores a text the same whatever stands beside it', async () => {
    const classifier = await open({ model: 'tox-block-bilstm' });
    const texts = golden.map(({ text }) => text);
    const together = await inOrder(classifier.classify(textInputs(texts)));
    const apart = await Promise.all(texts.map((text) => inOrder(classifier.classify(textInputs([text])))));
    expect(together.map((answer) => answer.ok && answer.labels)).toEqual(
      apart.map(([answer]) => answer!.ok && answer!.labels),
    );
  });

  it.skipIf(!existsSync(davidson))(
    `reaches a ROC AUC of 0.88 on every fourth of 24,783 labelled tweets${existsSync(davidson) ? '' : ' (skipped: ../shared/datasets/davidson is not here)'}`,
    async () => {
      const rows = readDavidson(readFileSync(davidson, 'utf8')).filter((_, index) => index % 4 === 0);
      const classifier = await open({ model: 'tox-block-bilstm' });
      const answers = await inOrder(classifier.classify(textInputs(rows.map(({ tweet }) => tweet))));
      const scores = answers.map((answer) => (answer.ok ? answer.labels.toxicity! : Number.NaN));
      expect(
        rocAuc(
          scores,
          rows.map(({ isOffensive }) => isOffensive),
        ),
      ).toBeGreaterThan(0.88);
    },
  );
});

describe('a transformer classifier', () => {
  const texts = ['good film', 'bad dull film', 'sport', '', 'unheard words here'];

  it('shares 1 among its labels by softmax, and counts neither padding nor neighbours', async () => {
    const folder = temporaryFolder();
    writeTinyClassifier(folder, ['negative', 'neutral', 'positive']);
    const classifier = await open({ model: folder });
    const answers = await inOrder(classifier.classify(textInputs(texts)));
    for (const [index, answer] of answers.entries()) {
      const expected = softmax(sumOfVectors(tinyTokens(texts[index]!), 3));
      const labels = (answer as { labels: Record<string, number> }).labels;
      expect([labels.negative, labels.neutral, labels.positive]).toEqual(
        expected.map((value) => expect.closeTo(value, 5)),
      );
    }
  });

  it.each([
    ['multi-label', ['toxic', 'rude'], { problem_type: 'multi_label_classification' }],
    ['one label', ['toxic'], {}],
  ])('scores each label on its own by sigmoid: %s', async (_, labels, config) => {
    const folder = temporaryFolder();
    writeTinyClassifier(folder, labels, config);
    const classifier = await open({ model: folder, labelNames: 'model' });
    const [answer] = await inOrder(classifier.classify(textInputs(['bad film'])));
    const logits = sumOfVectors(tinyTokens('bad film'), labels.length);
    const expected = labels.map((label, at) => [label, expect.closeTo(1 / (1 + Math.exp(-logits[at]!)), 5)]);
    expect((answer as { labels: object }).labels).toEqual(Object.fromEntries(expected));
  });

  it('reads half-precision outputs', async () => {
    const folder = temporaryFolder();
    writeTinyClassifier(folder, ['a', 'b'], {}, { half: true });
    const classifier = await open({ model: folder });
    const [answer] = await inOrder(classifier.classify(textInputs(['good'])));
    const [a] = softmax(sumOfVectors(tinyTokens('good'), 2));
    expect((answer as { labels: Record<string, number> }).labels.a).toBeCloseTo(a!, 3);
  });

  it('cuts a long text to the model, keeping the closing token', async () => {
    const folder = temporaryFolder();
    writeTinyClassifier(folder, ['a', 'b']);
    const classifier = await open({ model: folder });
    expect(classifier.info.maxTokens).toBe(12);
    const [answer] = await inOrder(classifier.classify(textInputs([Array(30).fill('film').join(' ')])));
    const [a] = softmax(sumOfVectors(['[CLS]', ...Array(10).fill('film'), '[SEP]'], 2));
    expect((answer as { labels: Record<string, number> }).labels.a).toBeCloseTo(a!, 5);
  });

  it.each([
    ['the mean by tokens of labels that share 1', {}, 'mean'],
    ['the largest score of labels by themselves', { problem_type: 'multi_label_classification' }, 'largest'],
  ])('reads a long text whole where asked: %s', async (_, config, how) => {
    const folder = temporaryFolder();
    writeTinyClassifier(folder, ['a', 'b'], config);
    const classifier = await open({ model: folder });
    const words = [...Array(10).fill('film'), ...Array(10).fill('bad')];
    const texts = textInputs([words.join(' '), 'film nan '.repeat(12)]);
    const [answer, failed] = await inOrder(classifier.classify(texts, { whole: true }));
    const [films, bads] = ['film', 'bad'].map((word) => sumOfVectors(['[CLS]', ...Array(10).fill(word), '[SEP]'], 2));
    const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));
    const expected =
      how === 'mean' ? (softmax(films!)[0]! + softmax(bads!)[0]!) / 2 : sigmoid(Math.max(films![0]!, bads![0]!));
    expect((answer as { labels: Record<string, number> }).labels.a).toBeCloseTo(expected, 5);
    expect(failed).toMatchObject({ ok: false, error: { code: 'RUNNER_FAILED' } });
  });

  it('fails only the text that the graph refuses or answers with NaN', async () => {
    const folder = temporaryFolder();
    writeTinyClassifier(folder, ['a', 'b']);
    const classifier = await open({ model: folder });
    const answers = await inOrder(
      classifier.classify(textInputs(['good film', 'broken film', 'nan film', 'bad film'])),
    );
    expect(answers.map((answer) => (answer.ok ? 'ok' : answer.error.code))).toEqual([
      'ok',
      'RUNNER_FAILED',
      'RUNNER_FAILED',
      'ok',
    ]);
  });
});

describe('a classifier that reads two texts (a reranker)', () => {
  const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

  it('scores a document for a query by the sigmoid of its one label', async () => {
    const folder = temporaryFolder();
    writeTinyClassifier(folder, ['LABEL_0']);
    const classifier = await open({ model: folder });
    const pairs = ['good film', 'bad', 'dull sport film'].map((pair, id) => ({ id: String(id), text: 'film', pair }));
    const answers = await inOrder(classifier.classify(pairs));
    for (const [at, { pair }] of pairs.entries()) {
      const expected = sigmoid(sumOfVectors(tinyTokens('film', pair), 1)[0]!);
      expect((answers[at] as { labels: object }).labels).toEqual({ LABEL_0: expect.closeTo(expected, 5) });
    }
  });

  it('keeps the query and cuts the document where both are too long', async () => {
    const folder = temporaryFolder();
    writeTinyClassifier(folder, ['LABEL_0']);
    const classifier = await open({ model: folder, maxTokens: 8 });
    const pair = Array(20).fill('bad').join(' ');
    const [answer, alone] = await inOrder(
      classifier.classify([
        { id: '0', text: 'good film', pair },
        { id: '1', text: pair, pair: 'film' },
      ]),
    );
    const expected = sigmoid(sumOfVectors(tinyTokens('good film', 'bad bad bad'), 1)[0]!);
    expect((answer as { labels: object }).labels).toEqual({ LABEL_0: expect.closeTo(expected, 5) });
    expect(alone).toMatchObject({ ok: false, error: { code: 'RUNNER_PROMPT_TOO_LONG' } });
  });

  it('is no word classifier', async () => {
    const classifier = await open({ model: 'tox-block-bilstm' });
    const [answer] = await inOrder(classifier.classify([{ id: '0', text: 'a', pair: 'b' }]));
    expect(answer).toMatchObject({ ok: false, error: { code: 'RUNNER_CAPABILITY' } });
  });
});

describe('zero-shot labels', () => {
  const labels = ['contradiction', 'neutral', 'entailment'];
  const options = { labels: ['good', 'dull', 'sport'], hypothesisTemplate: 'film {}' };

  it('compares entailment among the labels', async () => {
    const folder = temporaryFolder();
    writeTinyClassifier(folder, labels);
    const classifier = await open({ model: folder });
    const [answer] = await inOrder(classifier.zeroShot(textInputs(['bad film']), options));
    const entailment = options.labels.map((label) => sumOfVectors(tinyTokens('bad film', `film ${label}`), 3)[2]!);
    const expected = softmax(entailment).map((value, at) => [options.labels[at]!, expect.closeTo(value, 5)]);
    expect((answer as { labels: object }).labels).toEqual(Object.fromEntries(expected));
  });

  it('weighs entailment against contradiction for each label when several may hold', async () => {
    const folder = temporaryFolder();
    writeTinyClassifier(folder, labels);
    const classifier = await open({ model: folder });
    const answers = await inOrder(
      classifier.zeroShot(textInputs(['good', 'bad film']), { ...options, multiLabel: true }),
    );
    const expected = options.labels.map((label) => {
      const logits = sumOfVectors(tinyTokens('bad film', `film ${label}`), 3);
      return [label, expect.closeTo(softmax([logits[0]!, logits[2]!])[1]!, 5)];
    });
    expect((answers[1] as { labels: object }).labels).toEqual(Object.fromEntries(expected));
  });

  it('cuts the text, never the label, when a pair is too long', async () => {
    const folder = temporaryFolder();
    writeTinyClassifier(folder, labels);
    const classifier = await open({ model: folder });
    const long = Array(30).fill('bad').join(' ');
    const [answer] = await inOrder(classifier.zeroShot(textInputs([long]), options));
    const tokens = (label: string) => tinyTokens(Array(7).fill('bad').join(' '), `film ${label}`);
    const expected = softmax(options.labels.map((label) => sumOfVectors(tokens(label), 3)[2]!));
    expect((answer as { labels: Record<string, number> }).labels.good).toBeCloseTo(expected[0]!, 5);
  });

  it('reads a long text whole where that is wanted: the piece counts that entails a label most', async () => {
    const folder = temporaryFolder();
    writeTinyClassifier(folder, labels);
    const classifier = await open({ model: folder });
    const words = Array.from({ length: 21 }, (_, at) => ['bad', 'good', 'sport'][Math.floor(at / 7)]!);
    for (const multiLabel of [false, true]) {
      const whole = { ...options, multiLabel, whole: true };
      const [answer, short] = await inOrder(classifier.zeroShot(textInputs([words.join(' '), 'bad film']), whole));
      const [uncut] = await inOrder(classifier.zeroShot(textInputs(['bad film']), { ...options, multiLabel }));
      expect((short as { labels: object }).labels).toEqual((uncut as { labels: object }).labels);
      const best = options.labels.map((label) => {
        const pieces = [0, 7, 14].map((from) =>
          sumOfVectors(tinyTokens(words.slice(from, from + 7).join(' '), `film ${label}`), 3),
        );
        if (!multiLabel) return Math.max(...pieces.map((logits) => logits[2]!));
        return Math.max(...pieces.map((logits) => softmax([logits[0]!, logits[2]!])[1]!));
      });
      const expected = multiLabel ? best : softmax(best);
      const found = (answer as { labels: Record<string, number> }).labels;
      options.labels.forEach((label, at) => {
        expect(found[label]).toBeCloseTo(expected[at]!, 5);
      });
    }
  });

  it('fails a text whose label alone fills the model', async () => {
    const folder = temporaryFolder();
    writeTinyClassifier(folder, labels);
    const classifier = await open({ model: folder });
    const hypothesisTemplate = `${Array(30).fill('film').join(' ')} {}`;
    const [answer] = await inOrder(classifier.zeroShot(textInputs(['bad']), { ...options, hypothesisTemplate }));
    expect(answer).toMatchObject({ ok: false, error: { code: 'RUNNER_PROMPT_TOO_LONG' } });
  });

  it('needs a model of natural-language inference', async () => {
    const classifier = await open({ model: 'tox-block-bilstm' });
    await expect(inOrder(classifier.zeroShot(textInputs(['x']), options))).rejects.toMatchObject({
      code: 'RUNNER_CAPABILITY',
    });
  });
});

describe('createClassifierRunner', () => {
  it('classifies through the port and refuses what it cannot do', async () => {
    const runner = await createClassifierRunner({ model: 'tox-block-bilstm', env: { ASSAY_CACHE: temporaryFolder() } });
    onTestFinished(() => runner.close());
    expect(runner.id).toMatch(/^local:tox-block-bilstm@sha256:[0-9a-f]{64}$/);
    expect(runnerMethods(runner)).toEqual(['classify']);
    const [answer] = await inOrder(runner.classify(textInputs(['You are a stupid idiot.']), {}));
    expect((answer as { labels: Record<string, number> }).labels.toxicity).toBeGreaterThan(0.9);
  });
});

/** Just enough CSV for this file: quoted fields may hold commas, doubled quotes and line breaks. */
function readDavidson(csv: string): { readonly tweet: string; readonly isOffensive: boolean }[] {
  const rows = [...csv.matchAll(/^\d+,\d+,\d+,\d+,\d+,(\d),("(?:[^"]|"")*"|[^\n]*)$/gm)];
  return rows.map(([, label, tweet]) => ({
    tweet: tweet!.startsWith('"') ? tweet!.slice(1, -1).replaceAll('""', '"') : tweet!,
    isOffensive: label !== '2',
  }));
}

/** Chance that a positive scores above a negative, ties counting half: the slow definition by ranks. */
function rocAuc(scores: readonly number[], positives: readonly boolean[]): number {
  const order = [...scores.keys()].sort((a, b) => scores[a]! - scores[b]!);
  let rankSum = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) end++;
    const rank = (start + 1 + end) / 2;
    for (let at = start; at < end; at++) if (positives[order[at]!]) rankSum += rank;
  }
  const count = positives.filter(Boolean).length;
  return (rankSum - (count * (count + 1)) / 2) / (count * (positives.length - count));
}
