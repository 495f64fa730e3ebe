import { expect, test } from 'vitest';
import { trial, type VendorName } from './batch-life.ts';

/** Kills of each vendor's runs. */
const KILLS = Number(process.env.ASSAY_TRIALS ?? 150);

test.each<VendorName>(['openai', 'anthropic'])(
  '%s: killed at any step, nothing is lost and nothing is charged twice',
  async (vendor) => {
    let kills = 0;
    for (let seed = 1; kills < KILLS; seed += 1) {
      const { broken, ...seen } = await trial(vendor, seed);
      expect(broken, `seed ${seed}`).toBeUndefined();
      kills += seen.kills;
    }
    expect(kills).toBeGreaterThanOrEqual(KILLS);
  },
);

test.each<VendorName>(['openai', 'anthropic'])(
  '%s: sent anew before a lost batch can be in sight, requests are charged twice, and trials find it',
  async (vendor) => {
    for (let seed = 1; seed <= 2000; seed += 1) {
      const { broken } = await trial(vendor, seed, 0);
      if (broken !== undefined) {
        expect(broken).toMatch(/charged/);
        return;
      }
    }
    expect.unreachable('no trial found it');
  },
);
