import { expect, test } from 'vitest';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import { TEXT_LIMITS, type TextLimits } from '../algorithms/text-limits.ts';
import { StageClock } from '../results/stage-clock.ts';
import { HelperDesk } from './helper-desk.ts';
import { scoreOne } from './score-sample.ts';
import { taskAlgorithms, taskInstances } from './task-algorithms.ts';

function scored(characters: number, limits: TextLimits = TEXT_LIMITS) {
  const translation = ALGORITHMS.get('translation')!;
  const instance = instantiateAlgorithm('translation', translation, { bertscore: false }, limits);
  const text = 'word '.repeat(characters / 5);
  const sample = { index: 0, digest: '0', features: { model_input: 'x', target_output: text }, record: {} };
  const answers = new Map([['original', { kind: 'generate' as const, text, elapsedMs: 0 }]]);
  return scoreOne(instance, sample, answers, new Map());
}

test('texts that would keep a quadratic metric busy for minutes are unscored; shorter ones are scored', () => {
  expect(scored(2_000_000)).toMatchObject({ unscored: 'too_long', detail: expect.stringContaining('pairs') });
  expect(scored(5000)).toHaveProperty('scores');
});

test('the limit is the one that the config names, in workers too', async () => {
  const limits = { ...TEXT_LIMITS, text_pairs: 100 };
  expect(scored(15, limits)).toMatchObject({ unscored: 'too_long', detail: expect.stringContaining('text_pairs') });
  expect(scored(10, limits)).toHaveProperty('scores');
  const translation = ALGORITHMS.get('translation')!;
  const options = translation.options.parse({});
  const tasks = taskAlgorithms([instantiateAlgorithm('t', translation, options, limits)]);
  expect(await taskInstances(structuredClone(tasks!))).toMatchObject([{ limits: { text_pairs: 100 } }]);
});

test('BERTScore of texts that are too long together is asked of nobody', async () => {
  const algorithm = ALGORITHMS.get('summarization_accuracy')!;
  const options = algorithm.options.parse({});
  let asked = 0;
  const desk = new HelperDesk(async () => ({
    id: 'encoder',
    answer: async (asks) => {
      asked += asks.length;
      return asks.map(() => ({ kind: 'bertscore' as const, precision: 1, recall: 1, f1: 1 }));
    },
    close: async () => {},
  }));
  const ask = (characters: number, limits?: TextLimits) => {
    const text = 'a'.repeat(characters);
    const sample = { index: 0, digest: '0', features: { model_input: 'x', target_output: text }, record: {} };
    const answers = new Map([['original', { kind: 'generate' as const, text, elapsedMs: 0 }]]);
    const asking = { keys: new Map(), stages: new StageClock() };
    return desk.answersFor(instantiateAlgorithm('s', algorithm, options, limits), sample, answers, asking);
  };
  expect(await ask(16_000)).toMatchObject({ unscored: 'too_long', detail: expect.stringContaining('bertscore_pairs') });
  expect(await ask(100, { ...TEXT_LIMITS, bertscore_pairs: 9_999 })).toMatchObject({ unscored: 'too_long' });
  expect(asked).toBe(0);
  expect(await ask(100)).toBeInstanceOf(Map);
  expect(asked).toBe(1);
});
