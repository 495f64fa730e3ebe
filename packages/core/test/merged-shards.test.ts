import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGenerator } from '@assay/metrics';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ALGORITHMS } from '../src/algorithms/algorithm-table.ts';
import { parseConfig, requireValid } from '../src/config/load-config.ts';
import { runEvaluation } from '../src/engine/run-evaluation.ts';
import { evaluateStep } from '../src/pipeline/steps/evaluate-step.ts';
import { mergeStep } from '../src/pipeline/steps/merge-step.ts';
import { preprocessStep } from '../src/pipeline/steps/preprocess-step.ts';
import { planStep, type StepContext } from '../src/pipeline/steps/step-context.ts';
import { runnerOf } from './made-up-run.ts';

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-merged-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

interface Row {
  readonly q: string;
  readonly a: string;
  readonly passage: string;
  readonly kind: string;
  readonly weight: number;
}

/** Questions with the chance of each model to be right in their words. */
function madeUp(seed: number, rows: number): Row[] {
  const random = createGenerator(seed);
  return Array.from({ length: rows }, (_, i) => ({
    q: `question ${i} ${random.random().toFixed(3)}?`,
    a: `red word${i}`,
    passage: `p${Math.floor(random.random() * 9)}`,
    kind: `k${i % 3}`,
    weight: [0, 0.3, 1, 2.5][i % 4]!,
  }));
}

/** Right, half right, wrong or empty, by question and model alone. */
function answerOf(model: string, text: string): string {
  const at = createGenerator(`${model} ${text}`).random();
  const number = /question (\d+) /.exec(text)![1]!;
  if (at < (model === 'first' ? 0.3 : 0.7)) return `red word${number}`;
  return at < 0.85 ? `red thing${number} perhaps` : at < 0.97 ? 'no idea' : '';
}

const ask = (model: string) =>
  runnerOf(({ id, text }) => ({ id, ok: true, text: answerOf(model, text), finishReason: 'stop', elapsedMs: 3 }));

/** Steps in this process, in folders as a container has them. */
function contextOf(file: string, inputs: Readonly<Record<string, string>>, output: string, keys: string): StepContext {
  const text = `dataset:
  { input_data_location: ${file}, model_input_key: q, target_output_key: a, category_key: kind${keys} }
models: [{ name: first, scripted: { answers: none } }, { name: second, scripted: { answers: none } }]
algorithms: [{ algorithm: qa_accuracy }, { algorithm: translation }]
`;
  const loaded = requireValid(parseConfig(text, join(base, 'config.yaml'), { algorithms: ALGORITHMS }));
  return {
    folders: {
      root: base,
      input: (name) => inputs[name] ?? join(base, 'none'),
      output,
      messageFile: join(base, 'message'),
    },
    config: { loaded, settings: {} },
    openRunner: async ({ name }) => ask(name),
    openHelper: async () => {
      throw new Error('no helper');
    },
    hooks: {},
    signal: new AbortController().signal,
  };
}

interface Figures {
  readonly models: unknown;
  readonly scores: unknown;
  readonly comparisons: readonly { readonly verdict: string; readonly adjustedInterval: [number, number] | null }[];
}

/** All that a run says, without when it was and what it was called. */
async function figuresOf(run: string): Promise<Figures> {
  const { models, scores, comparisons } = JSON.parse(await readFile(join(run, 'summary.json'), 'utf8'));
  return { models, scores, comparisons };
}

test('a run in one piece, its merged shards, shards that were killed and went on, and shuffled rows say the same, bit by bit', async () => {
  let at = 0;
  const cases = fc.record({
    seed: fc.nat(1e6),
    rows: fc.integer({ min: 1, max: 45 }),
    shards: fc.integer({ min: 1, max: 6 }),
    cut: fc.double({ min: 0, max: 0.95, noNaN: true }),
    keys: fc.constantFrom(
      '',
      ', cluster_key: passage',
      ', weight_key: weight',
      ', cluster_key: passage, weight_key: weight',
    ),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ seed, rows, shards, cut, keys }) => {
      const folder = join(base, `${at++}`);
      const data = madeUp(seed, rows);
      const shuffled = data.toSorted((a, b) => (a.q.split(' ')[2]! < b.q.split(' ')[2]! ? -1 : 1));
      const [file, other] = [`${folder}.jsonl`, `${folder}-shuffled.jsonl`];
      const write = (path: string, all: readonly Row[]) =>
        writeFile(path, all.map((row) => `${JSON.stringify(row)}\n`).join(''));
      await Promise.all([write(file, data), write(other, shuffled)]);

      const whole = await planStep(contextOf(file, {}, folder, keys));
      await runEvaluation(whole, join(folder, 'whole'), {}, new AbortController().signal);
      const expected = await figuresOf(join(folder, 'whole'));
      for (const { verdict, adjustedInterval } of expected.comparisons) {
        if (adjustedInterval === null) continue;
        const excludes = adjustedInterval[0] > 0 || adjustedInterval[1] < 0;
        if (excludes) expect(['better', 'worse']).toContain(verdict);
      }

      const merged = async (name: string, rowsFile: string, isKilled: boolean) => {
        const [cuts, evaluations] = [join(folder, name, 'prepared'), join(folder, name, 'evaluations')];
        const inputs = { index: join(cuts, 'index'), shards: join(cuts, 'shards'), evaluations };
        const context = (output: string) => contextOf(rowsFile, inputs, output, keys);
        await preprocessStep(context(cuts), shards);
        for (const model of [0, 1]) {
          const output = join(evaluations, `evaluate-${model}`);
          await evaluateStep(context(output), model);
          if (!isKilled) continue;
          const shard = `shard-${`${seed % shards}`.padStart(4, '0')}-of-${`${shards}`.padStart(4, '0')}`;
          await rm(join(output, shard, 'summary.json'));
          const journal = join(output, shard, 'journal.jsonl');
          await truncate(journal, Math.floor(cut * (await readFile(journal)).length));
          await evaluateStep(context(output), model);
        }
        await mergeStep(context(join(folder, name, 'run')), 'merged');
        return figuresOf(join(folder, name, 'run'));
      };
      expect(await merged('merged', file, false)).toEqual(expected);
      expect(await merged('resumed', file, true)).toEqual(expected);
      expect(await merged('shuffled', other, false)).toEqual(expected);
    }),
    { numRuns: 6, seed: 14 },
  );
}, 120_000);
