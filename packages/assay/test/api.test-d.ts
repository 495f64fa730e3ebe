// Held by the compiler alone (`npm run types`): what must not compile says so, and fails the check once it does.
import { binary, defineAlgorithm, defineModel, evaluate, qaAccuracy, unscored } from 'assay';
import { z } from 'zod';

const options = z.strictObject({ words: z.int().default(10) });
const scores = { within: binary('At most so many words.') };

// A model that only generates is a model.
export const mine = defineModel({ id: 'mine:v1', generate: async ({ text }) => text });
// @ts-expect-error a model without a way to answer is none
export const mute = defineModel({ id: 'mute' });
// @ts-expect-error an answer is a text
export const number = defineModel({ id: 'number', generate: () => 7 });

export const brief = defineAlgorithm({
  name: 'brief',
  options,
  scores,
  score: ({ output }, { words }) => (output === '' ? unscored('empty') : { within: output.length <= words ? 1 : 0 }),
});
export const use = brief({ words: 8, name: 'brief-8' });
// @ts-expect-error no such option
export const slip = brief({ word: 8 });
// @ts-expect-error an option of another type
export const text = brief({ words: '8' });

// @ts-expect-error a misspelt score
export const misspelt = defineAlgorithm({ name: 'x', scores, score: () => ({ wihtin: 1 }) });
// @ts-expect-error a score that is no number
export const truth = defineAlgorithm({ name: 'x', scores, score: () => ({ within: true }) });
// @ts-expect-error no such feature of a row
export const needs = defineAlgorithm({ name: 'x', needs: ['question'], scores, score: () => ({ within: 1 }) });

export async function run(): Promise<number | null> {
  const done = await evaluate({
    data: [{ question: 'Capital of Canada?', answer: 'Ottawa' }],
    keys: { modelInput: 'question', targetOutput: 'answer' },
    models: [mine],
    algorithms: [qaAccuracy(), use],
  });
  // @ts-expect-error no such key
  await evaluate({ data: 'x.jsonl', keys: { input: 'question' }, models: [mine], algorithms: [use] });
  return done.score('brief.within').value;
}
