import { describe, expect, it } from 'vitest';
import { GREEDY } from '../../test/tiny-models.ts';
import type { Job } from '../worker/messages.ts';
import { findHeads } from './find-heads.ts';

const prompt = (id: number, tokens: readonly number[]): Job => ({
  ...{ kind: 'generate', id, tokens: Int32Array.from(tokens), maxNewTokens: 1, eosIds: [], sampling: GREEDY },
  ...{ seed: 0, streams: false },
});

const text = (id: number, tokens: readonly number[], from: number): Job => ({
  ...{ kind: 'score', id, tokens: Int32Array.from(tokens), from },
});

const run = (token: number, length: number): number[] => new Array<number>(length).fill(token);
const heads = (jobs: readonly Job[], held = 0): number[] =>
  findHeads(jobs.map((job) => ({ job, held }))).map(({ length }) => length);

describe('beginnings that prompts share', () => {
  it('are found in any order, the outermost first', () => {
    const inner = [5, 6].map((token) => [...run(1, 30), ...run(token, 20)]);
    const jobs = [0, 1, 2, 3, 4, 5].map((id) => prompt(id, [...inner[id % 2]!, 10 + id]));
    expect(heads(jobs)).toEqual([30]);
    // With the outer one held, what goes on behind it.
    expect(heads(jobs, 30)).toEqual([50, 50]);
    expect(heads(jobs, 50)).toEqual([]);
  });

  it('leave a token of each prompt, repeats too', () => {
    expect(heads([0, 1, 2].map((id) => prompt(id, run(1, 40))))).toEqual([39]);
  });

  it('that save less than a pass of their own are left', () => {
    expect(heads([0, 1].map((id) => prompt(id, [...run(1, 23), 5 + id])))).toEqual([]);
    expect(heads([0, 1].map((id) => prompt(id, [...run(1, 24), 5 + id])))).toEqual([24]);
    expect(heads([0, 1, 2, 3].map((id) => prompt(id, [...run(1, 11), 5 + id])))).toEqual([]);
  });

  it('are found beside prompts that share nothing, and those that end within them', () => {
    const jobs = [[...run(1, 40), 5], [...run(1, 40), 6], run(1, 10), run(9, 40)];
    expect(heads(jobs.map((tokens, id) => prompt(id, tokens)))).toEqual([40]);
  });
});

describe('beginnings that texts share', () => {
  it('are found where they go beyond the continuations of one prompt', () => {
    const question = (at: number) => [...run(1, 50), 10 + at, ...run(2, 40)];
    const jobs = [0, 1, 2].flatMap((at) => [4, 5].map((last, c) => text(2 * at + c, [...question(at), last, 3], 91)));
    expect(heads(jobs)).toEqual([50]);
    expect(heads(jobs, 50)).toEqual([]);
    expect(heads(jobs.slice(0, 4))).toEqual([]);
  });

  it('leave out what is scored', () => {
    expect(heads([0, 1, 2, 3].map((id) => text(id, [...run(1, 60), 5 + id], 40)))).toEqual([]);
    expect(heads([0, 1, 2, 3].map((id) => text(id, [...run(1, 60), 5 + id], 1)))).toEqual([]);
  });
});
