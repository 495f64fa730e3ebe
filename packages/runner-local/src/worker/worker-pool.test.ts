import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { childProcesses } from '../../test/child-processes.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { type WorkerDeath, WorkerPool } from './worker-pool.ts';

const MODEL = { name: 'none', cache: { layers: 1, heads: 1, headSize: 1 }, vocabularySize: 20, contextLength: 20 };
const SAMPLING = { temperature: 0, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1, presencePenalty: 0 };

describe('workers', () => {
  const deaths: WorkerDeath[] = [];
  let pool: WorkerPool | undefined;

  async function open(workers: number): Promise<WorkerPool> {
    deaths.length = 0;
    pool = await WorkerPool.open({
      entry: new URL('../../test/crashing-worker.mjs', import.meta.url),
      workers,
      model: { ...MODEL, graph: join(temporaryFolder(), 'scar') },
      limits: { slots: 4, prefillTokens: 8, cacheBytes: 1000 },
      isolate: true,
      onUnheld: () => {},
      onProgress: () => {},
      onDeath: (death) => deaths.push(death),
    });
    return pool;
  }

  afterEach(() => pool?.close());

  const submit = (to: WorkerPool, tokens: readonly number[], onToken?: (token: number) => void) =>
    to.submit(
      {
        kind: 'generate',
        tokens: Int32Array.from(tokens),
        maxNewTokens: 1,
        eosIds: [],
        sampling: SAMPLING,
        seed: 0,
        streams: onToken !== undefined,
      },
      ({ token }) => onToken?.(token),
    ).result;

  it('are started when there is a job for them', async ({ skip }) => {
    const running = () => childProcesses('crashing-worker')?.length;
    if (running() === undefined) skip('no ps to find the workers with');
    const three = await open(3);
    await submit(three, [5]);
    expect(running()).toBe(1);
    await Promise.all([submit(three, [5]), submit(three, [6])]);
    expect(running()).toBe(2);
  });

  it('that die fail only the job that killed two of them, with how often it was tried', async () => {
    const one = await open(1);
    const [innocent, guilty, other] = await Promise.all([submit(one, [5]), submit(one, [13]), submit(one, [6])]);
    expect(innocent).toMatchObject({ kind: 'generate', tokens: Int32Array.of(5), attempts: 2 });
    expect(other).toMatchObject({ kind: 'generate', attempts: 2 });
    expect(guilty).toMatchObject({
      kind: 'failed',
      attempts: 2,
      error: { code: 'RUNNER_CRASHED', retryable: true, message: expect.stringContaining('SIGSEGV') },
    });
    expect(deaths.map(({ requeued, isRestarted }) => [requeued, isRestarted])).toEqual([
      [3, true],
      [0, true],
    ]);
    const later = await submit(one, [7]);
    expect(later).toMatchObject({ kind: 'generate' });
    expect(later.attempts).toBeUndefined();
  });

  it('that die leave the jobs of the others alone', async () => {
    const two = await open(2);
    const results = await Promise.all([submit(two, [13]), submit(two, [5])]);
    expect(results.map(({ kind, attempts }) => [kind, attempts])).toEqual([
      ['failed', 2],
      ['generate', undefined],
    ]);
  });

  it('that die are given up when nothing is answered in between, and every job fails at once from then on', async () => {
    const one = await open(1);
    const results = await Promise.all(Array.from({ length: 5 }, () => submit(one, [13])));
    expect(results.every(({ kind }) => kind === 'failed')).toBe(true);
    expect(deaths.map(({ isRestarted }) => isRestarted)).toEqual([true, true, true, false]);
    expect(deaths.at(-1)?.workers).toBe(0);
    expect(one.broken?.code).toBe('RUNNER_CRASHED');
    expect((await submit(one, [5])).kind).toBe('failed');
  });

  it('that die bring no token twice to who reads an answer as it comes', async () => {
    const one = await open(1);
    const tokens: number[] = [];
    const answer = await submit(one, [4, 17, 5], (token) => tokens.push(token));
    expect(answer).toMatchObject({ kind: 'generate', attempts: 2 });
    expect(tokens).toEqual([4, 17, 5]);
  });
});
