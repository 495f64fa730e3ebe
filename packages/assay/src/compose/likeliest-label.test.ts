import type { LogProbability, LogProbabilityRequest, Runner, Stream } from '@assay/core';
import { expect, test } from 'vitest';
import { canChoose, firstTokenWeights, likeliestLabels } from './likeliest-label.ts';

/** Gives each continuation the log-probability that `of` says, last first; undefined fails. */
function weighing(of: (request: LogProbabilityRequest) => number | undefined): Runner {
  return {
    version: 2,
    id: 'test:weighing',
    async *logProbabilities(requests: Stream<LogProbabilityRequest>) {
      const taken: LogProbabilityRequest[] = [];
      for await (const request of requests) taken.push(request);
      for (const request of taken.reverse()) yield answerTo(request, of(request));
    },
  };
}

function answerTo({ id, continuation }: LogProbabilityRequest, value: number | undefined): LogProbability {
  if (value === undefined) {
    return { id, ok: false, state: 'failed', error: { code: 'RUNNER_FAILED', message: 'no', retryable: false } };
  }
  return {
    id,
    ok: true,
    logProbability: value,
    tokenCount: 1,
    byteCount: continuation.length,
    isGreedy: false,
    tokenLogProbabilities: [value],
    elapsedMs: 1,
  };
}

const labels = ['correct', 'incorrect'];

test('each question gets the label that is likeliest behind its own prompt, in order', async () => {
  const runner = weighing(({ prompt, continuation }) => (prompt.endsWith(continuation) ? -1 : -2));
  const questions = ['say incorrect', 'say correct'].map((text, i) => ({ prompt: { id: String(i), text }, labels }));
  // "say incorrect" ends with "correct" too: of equals the first label counts.
  expect(await likeliestLabels(runner, questions)).toMatchObject([
    { kind: 'judge', text: 'correct' },
    { kind: 'judge', text: 'correct' },
  ]);
  const exact = weighing(({ prompt, continuation }) => (prompt === `say ${continuation}` ? -1 : -2));
  expect(await likeliestLabels(exact, questions)).toMatchObject([
    { kind: 'judge', text: 'incorrect' },
    { kind: 'judge', text: 'correct' },
  ]);
});

test('labels are weighed against one another, however unlikely both are', async () => {
  const runner = weighing(({ continuation }) => (continuation === 'correct' ? -1000 : -1000 - Math.log(3)));
  const [result] = await likeliestLabels(runner, [{ prompt: { id: '0', text: 'x' }, labels }]);
  expect(result).toMatchObject({ weights: { correct: expect.closeTo(0.75, 12), incorrect: expect.closeTo(0.25, 12) } });
});

test('a label that cannot be weighed leaves no verdict', async () => {
  const runner = weighing(({ continuation }) => (continuation === 'correct' ? -1 : undefined));
  const [result] = await likeliestLabels(runner, [{ prompt: { id: '0', text: 'x' }, labels }]);
  expect(result).toMatchObject({ failed: { code: 'RUNNER_FAILED', message: 'no' } });
});

test.each([
  [['correct', 'incorrect'], true],
  [['A', 'B', 'tie'], true],
  [['good', 'good enough'], false],
  [['only'], false],
  [undefined, false],
])('of %j a model can choose: %s', (given, can) => {
  expect(canChoose(given)).toBe(can);
});

test('the likeliest first tokens of a reply weigh the labels that they begin', () => {
  const token = (text: string, share: number) => ({ text, logProbability: Math.log(share) });
  const found = firstTokenWeights(
    [token('Cor', 0.5), token(' correct', 0.1), token('in', 0.2), token('The', 0.2)],
    labels,
  );
  expect(found).toEqual({ correct: expect.closeTo(0.75, 12), incorrect: expect.closeTo(0.25, 12) });
  // One that begins several labels tells nothing, and a reply that is to be something else has no weights.
  expect(firstTokenWeights([token('in', 0.9)], ['incorrect', 'invalid'])).toBeUndefined();
  expect(firstTokenWeights([token('The', 0.6), token('correct', 0.4)], labels)).toBeUndefined();
  expect(firstTokenWeights([], labels)).toBeUndefined();
});

test('a judge that cannot weigh texts is asked nothing where nothing is to be weighed', async () => {
  expect(await likeliestLabels({ version: 2, id: 'test:plain' }, [])).toEqual([]);
});
