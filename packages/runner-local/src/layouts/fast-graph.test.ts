import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { EMBEDDED_MODEL } from '../../test/embedded-model.ts';
import { greedyBits } from '../../test/greedy-bits.ts';
import { sharedFastCache } from '../../test/shared-fast-cache.ts';
import { DRIFT_BOUNDS } from '../convert/integer/require-small-drift.ts';
import { TRIAL_TEXTS } from '../convert/integer/trial-texts.ts';
import { createLocalRunner, type LocalRunner } from '../local-runner.ts';
import { parseDrift } from './drift.ts';
import { fastNotes } from './fast-graph.ts';
import { openCausalModel } from './open-causal-model.ts';
import { listPrepacked } from './prepacked-models.ts';

/** Texts that are neither calibrated nor tried on when the model is made. */
const OTHER_TEXTS = [
  'The sailors had been at sea for forty days when they saw the first gulls, and then a thin green line on the horizon.',
  'A computer with two processors is not always twice as fast as one with a single processor, since both wait for the same memory.',
  'Please water the plants twice a week while we are away, and leave the letters on the kitchen table.',
  'The mayor cut the ribbon, the band played, and the first tram crossed the new bridge at exactly noon.',
  'Sugar dissolves faster in hot tea than in cold, because the molecules of the water move more quickly.',
  'He sold his car, bought a bicycle, and found that he arrived at work earlier than before and in a better mood.',
  'Elephants remember places where they found water many years ago, and lead their young to them in times of drought.',
  'The report is late because two of the five laboratories used an older version of the form.',
];

let env: NodeJS.ProcessEnv;
let fast: LocalRunner;

async function open(precision: 'exact' | 'fast', more: object = {}): Promise<LocalRunner> {
  return createLocalRunner({ model: EMBEDDED_MODEL, workers: 1, precision, env, ...more });
}

/** Log-probabilities of each text's tokens. */
async function natsOf(runner: LocalRunner, texts: readonly string[]): Promise<(readonly number[])[]> {
  const found: (readonly number[])[] = [];
  const requests = texts.map((text, id) => ({ id: `${id}`, prompt: '', continuation: text }));
  for await (const answer of runner.logProbabilities(requests, { tokens: true })) {
    if (!answer.ok) throw new Error(answer.error.message);
    found[Number(answer.id)] = answer.tokenLogProbabilities;
  }
  return found;
}

beforeAll(async () => {
  env = { ...process.env, ASSAY_CACHE: sharedFastCache() };
  fast = await open('fast');
}, 1_800_000);
afterAll(async () => {
  await fast?.close();
});

const prepared = (): string => listPrepacked(env)[0]!.folder;

// Longer than elsewhere: a whole model runs, on a machine that may be busy.
describe('precision fast on the embedded model', { timeout: 400_000 }, () => {
  it('tells what was measured', () => {
    const drift = parseDrift(readFileSync(join(prepared(), 'drift.json'), 'utf8'))!;
    expect(fast.notes).toEqual(fastNotes(drift));
    expect(fast.notes?.[0]).toMatch(/^precision fast: mean drift 0\.\d{3} nats a token .*new tokens/);
    expect(drift.tokens).toBeGreaterThan(700);
    expect(drift.meanNats).toBeLessThan(0.1);
    expect(Math.abs(drift.logPerplexity[1] - drift.logPerplexity[0])).toBeLessThan(DRIFT_BOUNDS.logPerplexity);
    expect(readFileSync(join(prepared(), 'provenance.md'), 'utf8')).toContain(drift.meanNats.toFixed(3));
  });

  it('has an id of its own, so that answers of both never mix', () => {
    expect(fast.id).toMatch(/^local:SmolLM2-135M-Instruct@sha256:[0-9a-f]{64}#precision=fast@\d+$/);
  });

  it('answers simple questions, the same each time', async () => {
    const asked = [
      { content: 'What colour is the sky?', wanted: /blue/ },
      { content: 'What is 2 plus 2?', wanted: /4/ },
      { content: 'How many days are in a week?', wanted: /7|seven/ },
    ];
    const prompts = asked.map(({ content }, at) => ({
      id: `q${at}`,
      text: 'x',
      messages: [{ role: 'user' as const, content }],
    }));
    const answersOf = async (): Promise<string[]> => {
      const answers = new Map<string, string>();
      for await (const answer of fast.generate(prompts, { maxNewTokens: 16 })) {
        if (!answer.ok) throw new Error(answer.error.message);
        answers.set(answer.id, answer.text);
      }
      return prompts.map(({ id }) => answers.get(id)!);
    };
    const answers = await answersOf();
    // Processors round differently: one of three may be lost.
    expect(asked.filter(({ wanted }, at) => wanted.test(answers[at]!)).length).toBeGreaterThanOrEqual(2);
    expect(await answersOf()).toEqual(answers);
  });

  it('is near the exact model on other texts, as is printed', async () => {
    const exact = await open('exact');
    onTestFinished(() => exact.close());
    const [a, b] = [(await natsOf(exact, OTHER_TEXTS)).flat(), (await natsOf(fast, OTHER_TEXTS)).flat()];
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(a).not.toEqual(b);
    expect(mean(a.map((nats, at) => Math.abs(nats - b[at]!)))).toBeLessThan(DRIFT_BOUNDS.meanNats);
    // Of some 190 tokens: the mean itself is known to a hundredth.
    expect(Math.abs(mean(a) - mean(b))).toBeLessThan(DRIFT_BOUNDS.logPerplexity + 0.01);
  });

  it('gives log-probabilities that do not depend on the batch, to the last bit', async () => {
    const together = await natsOf(fast, OTHER_TEXTS);
    for (const [at, text] of OTHER_TEXTS.slice(0, 3).entries())
      expect(await natsOf(fast, [text])).toEqual([together[at]]);
    const mixed = [...TRIAL_TEXTS.slice(0, 20), ...OTHER_TEXTS].reverse();
    expect((await natsOf(fast, mixed)).slice(0, OTHER_TEXTS.length).reverse()).toEqual(together);
  });

  it('answers with the same bits in any batch, order, width and cut of prompts', async () => {
    const cache = { layers: 30, heads: 3, headSize: 64 };
    const sizes = { vocabularySize: 49_152, contextLength: 8192 };
    const model = await openCausalModel({ name: 'fast', graph: join(prepared(), 'graph.onnx'), cache, ...sizes });
    onTestFinished(() => model.close());
    const prompts = Array.from({ length: 32 }, (_, row) =>
      Array.from({ length: 2 + ((row * 11) % 23) }, (_, at) => 300 + ((row * 977 + at * 131) % 40_000)),
    );
    const order = prompts.map((_, at) => at);
    const shuffled = order.map((at) => (at * 13 + 5) % prompts.length);
    const expected = await greedyBits(model, prompts, 4, { order, batch: 16 });
    expect(await greedyBits(model, prompts, 4, { order: shuffled, batch: 32, spare: 37 })).toEqual(expected);
    expect(await greedyBits(model, prompts, 4, { order: shuffled, batch: 5, cut: 7 })).toEqual(expected);
    const some = order.slice(0, 6);
    const alone = await greedyBits(model, prompts, 4, { order: some, batch: 1, spare: 90 });
    expect(alone.slice(0, 6)).toEqual(expected.slice(0, 6));
  });

  it('is used as it is the next time', async () => {
    const before = statSync(join(prepared(), 'graph.onnx')).mtimeMs;
    const again = await open('fast');
    await again.close();
    expect(statSync(join(prepared(), 'graph.onnx')).mtimeMs).toBe(before);
    expect(listPrepacked(env)).toHaveLength(1);
  });
});
