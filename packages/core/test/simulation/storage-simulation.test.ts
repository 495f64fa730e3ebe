import { expect, test } from 'vitest';
import { FAULTS, type Fault } from './planted-faults.ts';
import { simulate } from './simulate.ts';

/** The first seed in which a promise is broken, and which. */
async function firstBroken(seeds: number, fault?: Fault): Promise<{ seed: number; broken: string } | undefined> {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const broken = await simulate(seed, fault);
    if (broken !== undefined) return { seed, broken };
  }
  return undefined;
}

test('whatever the disk, the power and the clocks do, what counted is there and counts once', async () => {
  expect(await firstBroken(Number(process.env.ASSAY_SEEDS ?? 2000))).toBeUndefined();
}, 600_000);

const FOUND_AS: Readonly<Record<Fault, RegExp>> = {
  'fsync dropped': /is gone|torn/,
  'rename before sync': /torn|is gone/,
  'stale lock taken': /two hold the folder/,
  'torn checkpoint': /the checkpoint is torn/,
  'clock set back': /late/,
};

test.each(FAULTS)(
  '%s: found within 10,000 seeds',
  async (fault) => {
    const found = await firstBroken(10_000, fault);
    expect(found?.broken).toMatch(FOUND_AS[fault]);
  },
  600_000,
);
