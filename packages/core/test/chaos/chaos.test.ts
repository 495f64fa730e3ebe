import { afterAll, beforeAll, expect, test } from 'vitest';
import { Chaos } from './chaos.ts';
import { journalFaults } from './journal-faults.ts';
import { processFaults } from './process-faults.ts';
import { runnerFaults } from './runner-faults.ts';
import { scoringFaults } from './scoring-faults.ts';
import { storageFaults } from './storage-faults.ts';

const chaos = new Chaos();
beforeAll(() => chaos.open());
afterAll(() => chaos.close());

journalFaults(chaos);
runnerFaults(chaos);
storageFaults(chaos);
processFaults(chaos);
scoringFaults(chaos);

test('a thousand faults and more were injected, of every kind', () => {
  expect(chaos.total).toBeGreaterThan(1000);
  expect(chaos.injected.size).toBeGreaterThanOrEqual(24);
});
