import { afterEach, describe, expect, it } from 'vitest';
import { WorkerPool } from './worker-pool.ts';

const MODEL = {
  name: 'none',
  graph: 'none',
  cache: { layers: 1, heads: 1, headSize: 1 },
  vocabularySize: 20,
  contextLength: 20,
};
const SAMPLING = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, presencePenalty: 0 };

describe('isolated workers', () => {
  const restarts: string[] = [];
  let pool: WorkerPool | undefined;

  async function open(workers: number): Promise<WorkerPool> {
    restarts.length = 0;
    pool = await WorkerPool.open({
      entry: new URL('../../test/crashing-worker.mjs', import.meta.url),
      workers,
      model: MODEL,
      limits: { slots: 2, prefillTokens: 8, cacheBytes: 1000 },
      isolate: true,
      onProgress: () => {},
      onRestart: (reason) => restarts.push(reason),
    });
    return pool;
  }

  afterEach(() => pool?.close());

  const submit = (to: WorkerPool, token: number) =>
    to.submit({
      kind: 'generate',
      tokens: Int32Array.of(token),
      maxNewTokens: 1,
      eosIds: [],
      sampling: SAMPLING,
      seed: 0,
      streams: false,
    }).result;

  it('a death fails what was under way, is reported, and the next batch runs', async () => {
    const one = await open(1);
    expect(await submit(one, 13)).toMatchObject({
      kind: 'failed',
      error: { code: 'RUNNER_CRASHED', retryable: true, message: expect.stringContaining('SIGSEGV') },
    });
    expect(await submit(one, 5)).toMatchObject({ kind: 'generate' });
    expect(restarts).toHaveLength(1);
  });

  it('a death of one leaves the jobs of the other alone', async () => {
    const two = await open(2);
    const kinds = (await Promise.all([submit(two, 13), submit(two, 5)])).map(({ kind }) => kind);
    expect(kinds).toEqual(['failed', 'generate']);
  });

  it('a model that kills every worker is given up, not restarted for ever', async () => {
    const one = await open(1);
    for (let i = 0; i < 5; i++) expect((await submit(one, 13)).kind).toBe('failed');
    expect(restarts.length).toBeLessThanOrEqual(3);
  });
});
