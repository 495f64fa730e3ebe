import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ALGORITHMS } from '../../src/algorithms/algorithm-table.ts';
import { parseConfig, requireValid } from '../../src/config/load-config.ts';
import { runEvaluation } from '../../src/engine/run-evaluation.ts';
import type { RunPlan } from '../../src/engine/run-plan.ts';
import { planRun } from '../../src/plan/plan-run.ts';
import { SharedScorePool } from '../../src/scoring/shared-score-pool.ts';
import { type Chaos, expectWhole, never } from './chaos.ts';

const WORKER = fileURLToPath(new URL('./crashing-score-worker.mjs', import.meta.url));
/** Rows that can be read. */
const GOOD = 593;

/** Scored ranges and batches, and the threads that score them. */
export function scoringFaults(chaos: Chaos): void {
  test('scored ranges cut or altered at any byte are scored again, with one worker or two', async () => {
    const place = chaos.place('outputs');
    const { whole, summary } = await chaos.undisturbed(await outputsPlan(place, 'jsonl', {}));
    const scored = JSON.parse(summary).models[0].states.scored as number;
    expect(scored).toBe(GOOD);
    const journal = await readFile(join(whole, 'journal.jsonl'));
    // Of one worker and of two: starting them takes longer than a trial.
    const pools = [new SharedScorePool(), new SharedScorePool()] as const;
    for (let trial = 0; trial < 16; trial += 1) {
      const at = chaos.below(journal.length);
      const disturbed = Buffer.from(trial % 2 === 0 ? journal.subarray(0, at) : journal);
      if (trial % 2 === 1) disturbed[at] = disturbed[at]! ^ 1;
      chaos.inject(trial % 2 === 0 ? 'killed within a scored range' : 'a byte of a scored range altered');
      const run = await chaos.killedRun(whole, disturbed);
      const plan = await outputsPlan(place, 'jsonl', { threads: 1 + (trial % 2) });
      await runEvaluation({ ...plan, pool: pools[trial % 2]! }, run, {}, never);
      await expectWhole(run, summary, scored);
    }
    await Promise.all(pools.map((pool) => pool.close()));
  }, 60_000);

  test.each([
    ['exit', 'jsonl'],
    ['memory', 'jsonl'],
    ['exit', 'json'],
    ['memory', 'json'],
  ] as const)(
    'scoring workers that die (%s) cost their part of a %s file another try',
    async (how, format) => {
      const place = chaos.place(`crash-${how}-${format}`);
      const { summary } = await chaos.undisturbed(await outputsPlan(place, format, {}));
      const marks = join(place, 'marks');
      await mkdir(marks);
      if (how === 'memory') await writeFile(join(marks, 'memory'), '');
      const run = chaos.newFolder();
      const size = how === 'memory' ? { rangeBytes: 20_000, batch: 300 } : { rangeBytes: 6000, batch: 100 };
      process.env.ASSAY_TEST_CRASH_MARKS = marks;
      const plan = await outputsPlan(place, format, { worker: WORKER, maxOldMegabytes: 48, ...size });
      await runEvaluation(plan, run, {}, never).finally(() => {
        delete process.env.ASSAY_TEST_CRASH_MARKS;
      });
      const parts = (await readFile(join(run, 'journal.jsonl'), 'utf8')).match(/"kind":"range"/g)!.length;
      expect(parts).toBeGreaterThan(1);
      chaos.inject(how === 'memory' ? 'a scoring worker out of memory' : 'a scoring worker that exits', parts);
      await expectWhole(run, summary, JSON.parse(summary).models[0].states.scored);
    },
    60_000,
  );
}

/** Outputs in a file: JSONL with rows that cannot be read, or a JSON list without them; scored in parts of some 40 rows. */
async function outputsPlan(place: string, format: 'jsonl' | 'json', scoring: RunPlan['scoring']): Promise<RunPlan> {
  await mkdir(place, { recursive: true });
  const rows = Array.from({ length: 600 }, (_, i) => ({
    question: `What is ${i}?`,
    answer: `number ${i}<OR>${i}`,
    output: `It is number ${i - (i % 3)}.`,
  }));
  const lines = rows.map((row, i) => (i % 97 === 13 ? '{"question": torn' : JSON.stringify(row)));
  await writeFile(join(place, `data.${format}`), format === 'jsonl' ? `${lines.join('\n')}\n` : JSON.stringify(rows));
  const text = `
dataset: { input_data_location: data.${format}, model_input_key: question, target_output_key: answer, model_output_key: output }
models: [{ name: outputs, runner: outputs }]
algorithms: [{ algorithm: qa_accuracy }, { algorithm: factual_knowledge }]
`;
  const loaded = requireValid(parseConfig(text, join(place, 'c.yaml'), { algorithms: ALGORITHMS }, 'test'));
  const refuse = () => Promise.reject(new Error('nothing to open'));
  const plan = await planRun(loaded, { openRunner: refuse, openHelper: refuse });
  return { ...plan, scoring: { rangeBytes: 3000, batch: 40, threads: 1, ...scoring } };
}
