import { expect, test } from 'vitest';
import { isGreedyRequest } from './greedy-request.ts';

test.each([
  [{ prompt: 'p', temperature: 0 }, true],
  [{ prompt: 'p', temperature: 0.7 }, false],
  [{ inputs: 'p', parameters: { do_sample: false } }, true],
  [{ inputs: 'p', parameters: { do_sample: false, temperature: 0.7 } }, true],
  [{ inputs: 'p', parameters: { do_sample: true, temperature: 0 } }, false],
  [{ inputs: 'p', parameters: { do_sample: true } }, false],
  [{ inputText: 'p', textGenerationConfig: { temperature: 0 } }, true],
  [{ temperature: 0, nested: { temperature: 1 } }, false],
  [{ inputs: 'p', parameters: { top_p: 0.9 } }, false],
  [{ inputs: 'p' }, false],
  ['p', false],
])('%j is surely greedy: %s', (body, expected) => {
  expect(isGreedyRequest(body)).toBe(expected);
});
