import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { bestCost, processCost } from './process-cost.ts';

const node = (script: string) => processCost(process.execPath, ['-e', script], { cwd: tmpdir() });

test('a command costs wall and CPU time', async () => {
  const cost = await node('for (const end = Date.now() + 200; Date.now() < end; );');
  expect(cost.wallMs).toBeGreaterThanOrEqual(200);
  expect(cost.cpuMs).toBeGreaterThan(0);
});

test('a command that fails is told with its last words', async () => {
  await expect(node('console.error("no data"); process.exit(3)')).rejects.toThrow(/ended with 3: no data/);
});

test('of some runs the least time counts, wall and CPU apart, and the highest peak', async () => {
  const costs = [
    { wallMs: 3, cpuMs: 5, peakMb: 1 },
    { wallMs: 4, cpuMs: 2, peakMb: 2 },
  ];
  expect(await bestCost(2, () => Promise.resolve(costs.shift()!))).toEqual({ wallMs: 3, cpuMs: 2, peakMb: 2 });
});
