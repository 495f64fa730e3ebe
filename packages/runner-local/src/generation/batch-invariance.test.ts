import { expect, it } from 'vitest';
import { GREEDY, generateTiny, tinyJob, tinySpec } from '../../test/tiny-models.ts';
import { openCausalModel } from '../layouts/open-causal-model.ts';
import { seededUniform } from './random.ts';

/** 40 prompts of 1 to 12 tokens, greedy and sampled, of different lengths of answer. */
const JOBS = Array.from({ length: 40 }, (_, id) => {
  const tokens = Array.from({ length: 1 + (id % 12) }, (_, i) => 3 + ((id * 11 + i * 7) % 45));
  const sampling = { ...GREEDY, temperature: id % 3, topK: id % 4 === 3 ? 5 : 0, topP: id % 5 === 4 ? 0.8 : 1 };
  return tinyJob(id, { tokens }, { sampling, maxNewTokens: 3 + (id % 8) });
});

function shuffled<T>(list: readonly T[], seed: number): T[] {
  const uniform = seededUniform(seed);
  return list
    .map((each) => [uniform(), each] as const)
    .sort(([a], [b]) => a - b)
    .map(([, each]) => each);
}

it.each(['gqa.onnx', 'positions.onnx'])(
  'every answer is the same in batches of 1 to 32 in any order: %s',
  async (graph) => {
    const model = await openCausalModel(tinySpec(graph));
    const alone = await generateTiny(model, JOBS, 1);
    expect(alone.size).toBe(JOBS.length);
    for (let slots = 2; slots <= 32; slots++) {
      expect(await generateTiny(model, shuffled(JOBS, slots), slots)).toEqual(alone);
    }
    await model.close();
  },
);
