import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGenerator } from '@assay/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALGORITHMS } from '../src/algorithms/algorithm-table.ts';
import { parseConfig, requireValid } from '../src/config/load-config.ts';
import type { ShardPosition } from '../src/datasets/shard-rows.ts';
import { runEvaluation } from '../src/engine/run-evaluation.ts';
import type { RunPlan } from '../src/engine/run-plan.ts';
import { mergeRuns } from '../src/pipeline/merge-runs.ts';
import { planRun } from '../src/plan/plan-run.ts';
import type { RunPart } from '../src/results/run-shard.ts';
import type { DescribeHelper } from '../src/scoring/helper-desk.ts';
import { runFolder } from '../src/storage/run-folder.ts';
import { runnerOf } from './made-up-run.ts';
import { temporaryFolder } from './temporary-folder.ts';

const LEAVES = 8;
const signal = new AbortController().signal;

interface Trial {
  readonly base: string;
  /** Of the whole, or of a part of it. */
  readonly plan: (shard?: ShardPosition) => Promise<RunPlan>;
}

/** A model that is asked; outputs in the data, whose results lie in lines of the journal, or in column parts. */
type Kind = 'asked' | 'lines' | 'parts';

interface TrialOptions {
  readonly keys?: string;
  readonly helper?: DescribeHelper;
}

/** One row in 13 cannot be read. */
async function trialOf(
  rows: number,
  kind: Kind,
  { keys = '', helper = async (kind) => kind }: TrialOptions = {},
): Promise<Trial> {
  const base = temporaryFolder();
  const random = createGenerator(rows);
  const lines = Array.from({ length: rows }, (_, i) => {
    const out = random.random() < 0.4 ? `red word${i}` : `red thing${i} perhaps`;
    const row = { q: `question ${i}?`, a: `red word${i}`, kind: `k${i % 3}`, passage: `p${i % 5}`, out };
    return i % 13 === 12 ? '{"q": ' : JSON.stringify(row);
  });
  await writeFile(join(base, 'data.jsonl'), `${lines.join('\n')}\n`);
  const answered = kind === 'asked' ? 'scripted: { answers: none }' : 'runner: outputs, model_output_key: out';
  const text = `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a, category_key: kind${keys} }
models: [{ name: first, ${answered} }, { name: second, ${answered} }]
algorithms: [{ algorithm: qa_accuracy }, { algorithm: translation }${kind === 'asked' ? ', { algorithm: toxicity }' : ''}]
`;
  const loaded = requireValid(parseConfig(text, join(base, 'config.yaml'), { algorithms: ALGORITHMS }));
  const scoring = { threads: 0, rangeBytes: 900, texts: kind === 'lines' };
  const plan = async (shard?: ShardPosition) => {
    const planned = await planRun(loaded, {
      shard,
      openRunner: async ({ name }) =>
        runnerOf(({ id, text: asked }) => {
          const at = createGenerator(`${name} ${asked}`).random();
          const output = at < 0.5 ? asked.replace('question ', 'red word').replace('?', '') : at < 0.9 ? 'red' : '';
          return { id, ok: true, text: output, finishReason: 'stop', elapsedMs: 3 };
        }),
      describeHelper: helper,
      openHelper: async () => ({
        id: 'made up',
        answer: async (asks) =>
          asks.map((ask) => ({
            kind: 'classify',
            labels: { toxicity: ask.kind === 'classify' ? (ask.text.length % 7) / 7 : 1 },
          })),
        close: async () => {},
      }),
    });
    return { ...planned, scoring };
  };
  return { base, plan };
}

/** Parts of a run of eight: leaves are shards, and what holds others is a merge of them. */
type Tree = readonly Tree[];

const tree = (leaves: number): fc.Arbitrary<Tree> =>
  leaves === 1
    ? fc.constant([])
    : fc
        .constantFrom(...[2, 4, 8].filter((ways) => ways <= leaves))
        .chain((ways) => fc.tuple(...Array.from({ length: ways }, () => tree(leaves / ways))));

const sizeOf = (tree: Tree): number => (tree.length === 0 ? 1 : tree.reduce((sum, part) => sum + sizeOf(part), 0));

/** Runs the leaves, and merges the rest. @param first leaf of it */
async function merged(trial: Trial, tree: Tree, first = 0): Promise<RunPart> {
  const size = sizeOf(tree);
  const position = { shard: first / size, shards: LEAVES / size };
  const name = `${position.shard + 1}-of-${position.shards}`;
  const folder = runFolder(join(trial.base, name));
  const plan = await trial.plan(size === LEAVES ? undefined : position);
  if (tree.length === 0) await runEvaluation(plan, folder.path, {}, signal);
  else {
    const parts: RunPart[] = [];
    let at = first;
    for (const part of tree) {
      parts.push(await merged(trial, part, at));
      at += sizeOf(part);
    }
    await mergeRuns(plan, parts, folder.path, { run: name, hint: '', hooks: {}, signal });
  }
  return { folder, shard: first };
}

async function summaryOf(run: string): Promise<unknown> {
  const { run: _, timing: __, crc32: ___, ...rest } = JSON.parse(await readFile(join(run, 'summary.json'), 'utf8'));
  return rest;
}

test('whatever tree shards are merged by, the run is the one of a single process, bit for bit', async () => {
  const cases = fc.record({
    rows: fc.integer({ min: 14, max: 70 }),
    kind: fc.constantFrom<Kind>('asked', 'lines', 'parts'),
    keys: fc.constantFrom('', ', cluster_key: passage'),
    shape: tree(LEAVES),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ rows, kind, keys, shape }) => {
      const trial = await trialOf(rows, kind, { keys });
      const whole = join(trial.base, 'whole');
      await runEvaluation(await trial.plan(), whole, {}, signal);
      const { folder } = await merged(trial, shape);
      expect(await summaryOf(folder.path)).toEqual(await summaryOf(whole));
    }),
    { numRuns: 5, seed: 18 },
  );
}, 120_000);

test('a merged part is the shard that one process would have run', async () => {
  const trial = await trialOf(40, 'asked');
  const leaf: Tree = [];
  const { folder } = await merged(trial, [leaf, leaf], 2);
  const alone = join(trial.base, 'alone');
  await runEvaluation(await trial.plan({ shard: 1, shards: 4 }), alone, {}, signal);
  expect(await summaryOf(folder.path)).toEqual(await summaryOf(alone));
});

test('a part of other data is refused, and what was there before stays', async () => {
  const trial = await trialOf(40, 'asked');
  const parts = [await merged(trial, [], 0)];
  // As many rows, of the same length.
  const file = join(trial.base, 'data.jsonl');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('red word3', 'red word8'));
  for (let leaf = 1; leaf < LEAVES; leaf += 1) parts.push(await merged(trial, [], leaf));
  const path = join(trial.base, 'together');
  const merge = async () => mergeRuns(await trial.plan(), parts, path, { run: 'x', hint: '', hooks: {}, signal });
  await expect(merge()).rejects.toThrow(`${parts[0]!.folder.path} was run on other data`);
  await writeFile(file, text);
  await expect(merge()).rejects.toThrow(`${parts[1]!.folder.path} was run on other data`);
});

test('a part is not merged into itself', async () => {
  const trial = await trialOf(40, 'asked');
  const part = await merged(trial, [], 0);
  const plan = await trial.plan({ shard: 0, shards: LEAVES });
  const before = await readFile(part.folder.journal, 'utf8');
  const merging = mergeRuns(plan, [part], part.folder.path, { run: 'x', hint: '', hooks: {}, signal });
  await expect(merging).rejects.toThrow('is one of the runs that are to be merged');
  expect(await readFile(part.folder.journal, 'utf8')).toBe(before);
});

test('the helper models of the parts need not be where they are merged', async () => {
  let isHere = true;
  const helper: DescribeHelper = async (kind) => {
    if (isHere) return `${kind}:x@sha256:1`;
    throw new Error('not here');
  };
  const trial = await trialOf(40, 'asked', { helper });
  const whole = join(trial.base, 'whole');
  await runEvaluation(await trial.plan(), whole, {}, signal);
  const parts: RunPart[] = [];
  for (let leaf = 0; leaf < LEAVES; leaf += 1) parts.push(await merged(trial, [], leaf));
  isHere = false;
  const options = { run: 'x', hint: '', hooks: {}, signal };
  const { folder } = await mergeRuns(await trial.plan(), parts, join(trial.base, 'together'), options);
  expect(await summaryOf(folder.path)).toEqual(await summaryOf(whole));
  expect(JSON.stringify(await summaryOf(whole))).toContain('|helper:classify=classify:x@sha256:1');
});

test('parts that were scored with different helper models are refused', async () => {
  const trial = await trialOf(40, 'asked');
  const parts: RunPart[] = [];
  for (let leaf = 0; leaf < LEAVES; leaf += 1) parts.push(await merged(trial, [], leaf));
  const manifest = parts[5]!.folder.manifest;
  const { sealed: _, crc32: __, ...stored } = JSON.parse(await readFile(manifest, 'utf8'));
  stored.algorithms[2].signature += 'another';
  await writeFile(manifest, JSON.stringify(stored));
  const merging = mergeRuns(await trial.plan(), parts, join(trial.base, 'together'), {
    ...{ run: 'x', hint: '', hooks: {}, signal },
  });
  await expect(merging).rejects.toThrow(/scored with different helper models: .*another/);
});
