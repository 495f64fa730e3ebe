import { describe, expect, it } from 'vitest';
import { GREEDY, TINY_LIMITS, tinyJob, tinySpec } from '../../test/tiny-models.ts';
import { CausalService } from './causal-service.ts';
import type { FromWorker, ScoreJob } from './messages.ts';

/** A service whose messages are kept, each told to `heard` as it comes. */
async function open(heard: (message: FromWorker, service: CausalService) => void = () => {}) {
  const messages: FromWorker[] = [];
  const service: CausalService = new CausalService((message) => {
    messages.push(message);
    heard(message, service);
  });
  await service.receive({ type: 'open', model: tinySpec('gqa.onnx'), limits: { ...TINY_LIMITS, slots: 8 } });
  const results = () => messages.flatMap((message) => (message.type === 'results' ? message.results : []));
  return { service, messages, results };
}

const job = (id: number, maxNewTokens = 12) =>
  tinyJob(
    id,
    { tokens: [3 + id, 5, 7 + id] },
    { streams: true, maxNewTokens, sampling: { ...GREEDY, temperature: 2 } },
  );

/** Tokens of each prompt with their log-probabilities, as they were told. */
function answers(messages: readonly FromWorker[]): Map<number, (readonly [token: number, nats: string])[]> {
  const found = new Map<number, (readonly [number, string])[]>();
  for (const message of messages) {
    if (message.type !== 'tokens') continue;
    for (const { id, token, logProbability } of message.tokens) {
      found.set(id, [...(found.get(id) ?? []), [token, logProbability.toFixed(3)]]);
    }
  }
  return found;
}

describe('messages to a worker', () => {
  it('that come amid a pass move none of its rows: neighbours of a cancelled prompt keep their tokens', async () => {
    const jobs = [0, 1, 2, 3, 4].map((id) => job(id));
    const undisturbed = await open();
    await undisturbed.service.receive({ type: 'jobs', jobs });
    let told = 0;
    const disturbed = await open((message, service) => {
      if (message.type !== 'tokens') return;
      const ids = [[0], [], [1], []][told++] ?? [];
      // The turn after the next lies between the start of a pass and its computation.
      if (ids.length > 0) setImmediate(() => setImmediate(() => void service.receive({ type: 'cancel', ids })));
    });
    await disturbed.service.receive({ type: 'jobs', jobs });
    const all = answers(undisturbed.messages);
    const left = answers(disturbed.messages);
    expect(
      disturbed
        .results()
        .map(({ id }) => id)
        .sort(),
    ).toEqual([2, 3, 4]);
    for (const id of [2, 3, 4]) expect(left.get(id)).toEqual(all.get(id));
  });

  it('let prompts be answered beside texts that are scored, and texts be dropped', async () => {
    const texts = Array.from({ length: 60 }, (_, id): ScoreJob => {
      const tokens = Int32Array.from({ length: 60 }, (_, i) => 3 + ((i * (id + 1)) % 40));
      return { kind: 'score', id: 100 + id, tokens, from: 1 };
    });
    const { service, results } = await open((message) => {
      const answered = message.type === 'results' && message.results.some(({ kind }) => kind === 'generate');
      if (answered) void service.receive({ type: 'cancel', ids: texts.map(({ id }) => id) });
    });
    const scoring = service.receive({ type: 'jobs', jobs: texts });
    await service.receive({ type: 'jobs', jobs: [job(0, 2)] });
    await scoring;
    const kinds = results().map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'generate')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'score').length).toBeGreaterThan(0);
    expect(kinds.length).toBeLessThan(30);
  });
});
