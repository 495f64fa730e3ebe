import { classify, embed, local, scripted } from 'assay';
import { expect, test, vi } from 'vitest';

vi.setConfig({ testTimeout: 180_000 });

test('vectors of texts stand in the order of the texts', async () => {
  const texts = ['A cat sat on the mat.', 'Quarterly figures are due.', 'The kitten lay on the rug.'];
  const [cat, figures, kitten] = (await embed(local('all-MiniLM-L6-v2'), texts)).map((answer) => {
    if (!answer.ok) throw new Error(answer.error.message);
    return answer.vector;
  });
  const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, at) => sum + value * b[at]!, 0);
  expect(cat).toHaveLength(384);
  expect(cosine(cat!, kitten!)).toBeGreaterThan(cosine(cat!, figures!) + 0.2);
});

test('labels of texts come from a classifier', async () => {
  const [rude, kind] = await classify(local('tox-block-bilstm'), ['You are a stupid idiot.', 'The bread is warm.']);
  if (!rude?.ok || !kind?.ok) throw new Error('failed');
  expect(rude.labels.toxicity).toBeGreaterThan(0.5);
  expect(kind.labels.toxicity).toBeLessThan(0.2);
});

test('a model of another kind is refused, and so is a prompt that the model does not have', async () => {
  const wrong = embed(local('tox-block-bilstm'), ['a']);
  await expect(wrong).rejects.toMatchObject({ code: 'RUNNER_CAPABILITY', hint: 'name an encoder' });
  await expect(classify(scripted('answers.jsonl'), ['a'])).rejects.toMatchObject({ code: 'RUNNER_CAPABILITY' });
  const prompted = embed(local('all-MiniLM-L6-v2'), ['a'], { prompt: 'query' });
  await expect(prompted).rejects.toMatchObject({ code: 'USAGE' });
});
