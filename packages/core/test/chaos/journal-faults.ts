import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runEvaluation } from '../../src/engine/run-evaluation.ts';
import { right, runnerOf } from '../made-up-run.ts';
import { type Chaos, expectWhole, few, never, smallPlan, trials } from './chaos.ts';

/** The journal cut and altered anywhere. */
export function journalFaults(chaos: Chaos): void {
  test('killed at 300 bytes of the journal, a run ends with the summary of a whole one', async () => {
    const { whole, summary } = await chaos.undisturbed();
    const journal = await readFile(join(whole, 'journal.jsonl'));
    await trials(300, async () => {
      chaos.inject('killed at a byte of the journal');
      const cut = chaos.below(journal.length);
      const run = await chaos.killedRun(whole, journal.subarray(0, cut));
      const runner = runnerOf(right);
      await runEvaluation(smallPlan(runner), run, {}, never);
      // Lines that were whole on disk are not asked again.
      const kept = journal.subarray(0, cut).toString().split('\n').length - 2;
      expect(runner.asked).toBe(few.length - Math.max(0, kept));
      await expectWhole(run, summary, few.length);
    });
  }, 60_000);

  test('bytes altered anywhere in the journal cost the samples of their lines another try, nothing else', async () => {
    const { whole, summary } = await chaos.undisturbed();
    const journal = await readFile(join(whole, 'journal.jsonl'));
    await trials(150, async () => {
      chaos.inject('a byte of the journal altered');
      const altered = Buffer.from(journal);
      const at = chaos.below(altered.length);
      altered[at] = altered[at]! ^ (1 + chaos.below(255));
      const run = await chaos.killedRun(whole, altered);
      await runEvaluation(smallPlan(runnerOf(right)), run, {}, never);
      await expectWhole(run, summary, few.length);
    });
  }, 60_000);
}
