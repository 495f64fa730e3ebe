import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGenerator } from '@assay/metrics';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALGORITHMS } from '../src/algorithms/algorithm-table.ts';
import { parseConfig, requireValid } from '../src/config/load-config.ts';
import { parseGate } from '../src/config/parse-gate.ts';
import { runEvaluation } from '../src/engine/run-evaluation.ts';
import type { RunPlan } from '../src/engine/run-plan.ts';
import { planRun } from '../src/plan/plan-run.ts';
import { SharedScorePool } from '../src/scoring/shared-score-pool.ts';
import { checkGates } from '../src/selection/check-gates.ts';
import { comparableScores } from '../src/selection/comparable-scores.ts';
import { compareModels } from '../src/selection/compare-models.ts';
import { pairSamples } from '../src/selection/sample-pairs.ts';
import type { ScoredRun } from '../src/selection/scored-run.ts';

let base: string;
const never = new AbortController().signal;
const unused = async () => {
  throw new Error('nothing is opened');
};

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-decisions-'));
});
/** Two threads for all runs in parts: starting them takes longer than most of these. */
const pool = new SharedScorePool();
afterAll(async () => {
  await pool.close();
  await rm(base, { recursive: true, force: true });
});

interface Row {
  readonly q: string;
  readonly a: string;
  readonly before: string;
  readonly after: string;
  readonly passage: string;
  readonly weight: number;
}

/** Two models of which one is better by a little, and answers that are right, half right, wrong or empty. */
function madeUp(seed: number, rows: number): Row[] {
  const random = createGenerator(seed);
  const answer = (i: number, right: number) => {
    const at = random.random();
    if (at < right) return `red word${i}`;
    return at < right + 0.3 ? `red thing${i} perhaps` : at < 0.97 ? 'no idea' : '';
  };
  return Array.from({ length: rows }, (_, i) => ({
    q: `question ${i}?`,
    a: `red word${i}`,
    before: answer(i, 0.3),
    after: answer(i, 0.3 + 0.4 * random.random()),
    passage: `p${Math.floor(random.random() * 25)}`,
    weight: [0, 0.1, 1, 1, 1.7, 5][i % 6]!,
  }));
}

async function planOf(file: string, output: 'before' | 'after', keys = ''): Promise<RunPlan> {
  const text = `dataset:
  { input_data_location: ${file}, model_input_key: q, target_output_key: a, model_output_key: ${output}${keys} }
models: [{ name: m, runner: outputs }]
algorithms: [{ algorithm: qa_accuracy }, { algorithm: factual_knowledge }, { algorithm: translation }]
`;
  const loaded = requireValid(parseConfig(text, join(base, 'config.yaml'), { algorithms: ALGORITHMS }));
  return planRun(loaded, { openRunner: unused, openHelper: unused });
}

async function scored(name: string, plan: RunPlan, isKilled = false): Promise<ScoredRun> {
  const run = join(base, name);
  if (isKilled) {
    await runEvaluation(plan, run, {}, never);
    const journal = join(run, 'journal.jsonl');
    await truncate(journal, Math.floor(0.6 * (await readFile(journal)).length));
  }
  return (await runEvaluation(plan, run, {}, never)).scored;
}

async function decisions(before: ScoredRun, after: ScoredRun) {
  const [baseline, candidate] = [(await before.models()).get('m')!, (await after.models()).get('m')!];
  const scores = comparableScores(after.summary.scores);
  const gates = ['not worse than the baseline by 0.05', 'qa_accuracy.f1_score lower >= 0.3'].flatMap((text) =>
    parseGate(text),
  );
  const held = await checkGates(gates, after, async () => before);
  const intervals = after.summary.scores.map(({ score, value, interval }) => [score, value, interval]);
  return { comparisons: compareModels(pairSamples(baseline, candidate), scores), held, intervals };
}

describe('verdict and interval of two runs', () => {
  test.each([
    { seed: 1, rows: 150, keys: '' },
    { seed: 2, rows: 40, keys: '' },
    { seed: 3, rows: 150, keys: ', cluster_key: passage' },
    { seed: 4, rows: 3, keys: '' },
    { seed: 5, rows: 400, keys: ', weight_key: weight' },
    { seed: 6, rows: 400, keys: ', weight_key: weight, cluster_key: passage' },
  ])(
    'never contradict, and neither order, threads and parts, nor a kill change a bit: $rows rows$keys',
    async (made) => {
      const { seed, rows, keys } = made;
      const data = madeUp(seed, rows);
      const random = createGenerator(seed + 100);
      const shuffled = data.map((row) => ({ row, at: random.random() })).sort((a, b) => a.at - b.at);
      const write = (name: string, all: readonly Row[]) =>
        writeFile(join(base, name), all.map((row) => `${JSON.stringify(row)}\n`).join(''));
      await write(`${seed}.jsonl`, data);
      await write(
        `${seed}-permuted.jsonl`,
        shuffled.map(({ row }) => row),
      );
      const both = async (name: string, file: string, changes: Partial<RunPlan> = {}, isKilled = false) => {
        const sides = (['before', 'after'] as const).map(async (output) => {
          const plan = { ...(await planOf(file, output, keys)), ...changes };
          return scored(`${seed} ${name} ${output}`, plan, isKilled);
        });
        return decisions(await sides[0]!, await sides[1]!);
      };
      const whole = await both('whole', `${seed}.jsonl`);
      for (const { verdict, adjustedInterval, open } of whole.comparisons) {
        if (adjustedInterval === null) continue;
        const [low, high] = adjustedInterval;
        const excludes = low > 0 || high < 0 || (open === true && (low === 0 || high === 0));
        expect(verdict === 'better' || verdict === 'worse').toBe(excludes);
      }
      expect(whole.comparisons.some(({ verdict }) => verdict === 'better')).toBe(rows > 3);
      const parts = { scoring: { threads: 2, rangeBytes: 3000 }, pool };
      expect(await both('permuted', `${seed}-permuted.jsonl`)).toEqual(whole);
      expect(await both('in parts', `${seed}.jsonl`, parts)).toEqual(whole);
      expect(await both('killed', `${seed}.jsonl`, parts, true)).toEqual(whole);
    },
    120_000,
  );
});

test('two perfect samples are not enough for a gate on the lower end, 356 are', async () => {
  for (const [rows, status] of [
    [2, 'failed'],
    [356, 'passed'],
  ] as const) {
    const data = madeUp(9, rows).map((row) => ({ ...row, after: row.a }));
    await writeFile(join(base, 'perfect.jsonl'), data.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const run = await scored(`perfect ${rows}`, await planOf('perfect.jsonl', 'after'));
    const [found] = await checkGates(parseGate('qa_accuracy.f1_score lower >= 0.99'), run, async () => undefined);
    expect(found).toMatchObject({ status, reason: expect.stringContaining(`n ${rows}`) });
  }
});
