import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig, requireValid, type ValidConfig } from '../config/load-config.ts';
import { type ResolvedModel, resolveRunners } from '../config/resolve-runners.ts';
import { runEvaluation } from '../engine/run-evaluation.ts';
import { planRun } from '../plan/plan-run.ts';
import type { Runner } from '../runner/runner.ts';
import { createScriptedRunner } from '../scripted/scripted-runner.ts';
import { buildPipeline } from './build-pipeline.ts';
import { type LocalExecution, runPipelineLocally, type SpawnStep, type StepProcess } from './run-locally.ts';
import { type PortableStep, runStep } from './steps/run-step.ts';
import type { Decision } from './steps/select-step.ts';
import { stepFolders } from './steps/step-folders.ts';
import { readStepConfig } from './steps/step-settings.ts';

let folder: string;
const never = new AbortController().signal;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-pipeline-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function project(samples: number, more = ''): Promise<ValidConfig> {
  const rows = Array.from({ length: samples }, (_, i) => ({ q: `Question ${i}?`, a: `word${i}`, kind: `k${i % 3}` }));
  const answers = (share: number) =>
    rows.map((_, index) => ({ index, text: index % share === 0 ? 'no idea' : `It is word${index}.`, new_tokens: 4 }));
  const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');
  await writeFile(join(folder, 'data.jsonl'), `${lines(rows)}not json\n`);
  await writeFile(join(folder, 'good.jsonl'), lines(answers(7)));
  await writeFile(join(folder, 'bad.jsonl'), lines(answers(2)));
  const file = join(folder, 'evaluation_config.yaml');
  await writeFile(
    file,
    `dataset: { dataset_name: made-up, input_data_location: data.jsonl, model_input_key: q, target_output_key: a, category_key: kind }
models:
  - { name: worse, scripted: { answers: bad.jsonl } }
  - { name: better, scripted: { answers: good.jsonl } }
algorithms: [{ algorithm: factual_knowledge }, { algorithm: qa_accuracy }]
${more}
`,
  );
  return requireValid(await loadConfig(file));
}

const openRunner = async (model: ResolvedModel): Promise<Runner> => {
  if (model.runner !== 'scripted') throw new TypeError(model.runner);
  return createScriptedRunner({ answers: join(folder, model.scripted.answers) });
};
const openHelper = async (): Promise<never> => {
  throw new Error('no helper');
};

/** In this process, as the command does in one of its own. */
const here: SpawnStep = async ({ command, root, runId }: StepProcess, signal) => {
  const [step, ...args] = command;
  const value = (flag: string): number | undefined =>
    args.includes(flag) ? Number(args[args.indexOf(flag) + 1]) : undefined;
  const folders = stepFolders(root);
  const config = await readStepConfig(folders);
  const [shards, modelIndex] = [value('--shards'), value('--model-index')];
  const given = {
    runId,
    ...(shards === undefined ? {} : { shards }),
    ...(modelIndex === undefined ? {} : { modelIndex }),
  };
  await runStep(step as PortableStep, given, { folders, config, openRunner, openHelper, hooks: {}, signal });
  return 0;
};

function pipeline(
  config: ValidConfig,
  options: { spawnStep?: SpawnStep; name?: string; signal?: AbortSignal; attempts?: number } = {},
): Promise<LocalExecution> {
  return runPipelineLocally(buildPipeline(config.config, resolveRunners(config)), {
    folder: join(folder, options.name ?? 'pipeline'),
    settings: { configFile: config.file },
    spawnStep: options.spawnStep ?? here,
    signal: options.signal ?? never,
    ...(options.attempts === undefined ? {} : { attempts: options.attempts }),
  });
}

const summaryOf = async (path: string): Promise<string> => {
  const { timing: _, run: __, crc32: ___, ...rest } = JSON.parse(await readFile(join(path, 'summary.json'), 'utf8'));
  return JSON.stringify(rest);
};

async function single(config: ValidConfig): Promise<string> {
  const plan = await planRun(config, { openRunner, openHelper });
  await runEvaluation(plan, join(folder, 'single'), {}, never);
  return summaryOf(join(folder, 'single'));
}

test.each([
  [1, 1],
  [8, 3],
  [5, 5],
])('%i shards on %i instances give the summary of one process, byte for byte', async (shards, instances) => {
  const config = await project(101, `sharding: { shards: ${shards}, instances: ${instances} }`);
  const { succeeded, runFolder } = await pipeline(config);
  expect(succeeded).toBe(true);
  expect(await summaryOf(runFolder!)).toBe(await single(config));
});

test('more shards than samples leave some empty, which is no error', async () => {
  const config = await project(3, 'sharding: { shards: 6, instances: 4 }');
  const { succeeded, runFolder } = await pipeline(config);
  expect(succeeded).toBe(true);
  expect(await summaryOf(runFolder!)).toBe(await single(config));
});

test('the decision names the better model and how the gates ended', async () => {
  const config = await project(
    60,
    `gates: [{ score: factual_knowledge.factual_knowledge, min: 0.3 }, 'factual_knowledge.factual_knowledge >= 0.2']`,
  );
  const execution = await pipeline(config);
  expect(execution.succeeded).toBe(true);
  const decision = JSON.parse(
    await readFile(join(folder, 'pipeline', 'decision', 'decision.json'), 'utf8'),
  ) as Decision;
  expect(decision).toMatchObject({
    passed: true,
    selection: { model: 'better' },
    gates: { g0: { passed: true, least: 0.5 }, g1: { passed: true } },
  });
  expect(decision.gates.g0!.greatest).toBeCloseTo(51 / 60, 12);
});

test('a gate that fails ends the execution there, with the reason', async () => {
  const config = await project(60, `gates: [{ score: factual_knowledge.factual_knowledge, min: 0.7 }]`);
  const { succeeded, outcomes } = await pipeline(config);
  expect(succeeded).toBe(false);
  const gate = outcomes.find(({ step }) => step === 'gate')!;
  expect(gate).toMatchObject({ state: 'failed', attempts: 1 });
  expect(gate.reason).toContain('worse: factual_knowledge.factual_knowledge is 0.500');
});

test('a step that dies midway is tried again and continues with its journal; the summary does not know', async () => {
  const config = await project(90, 'sharding: { shards: 4, instances: 2 }');
  let deaths = 0;
  const dying: SpawnStep = async (process, signal) => {
    const isFirst = process.command[0] === 'evaluate' && deaths < 3;
    if (isFirst) deaths += 1;
    const killer = new AbortController();
    // The first dies before its work, so that one surely does; the others somewhere in it, or only just too late.
    if (isFirst && deaths === 1) killer.abort(new Error('killed'));
    else if (isFirst) setTimeout(() => killer.abort(new Error('killed')), 1);
    return here(process, isFirst ? AbortSignal.any([signal, killer.signal]) : signal);
  };
  const { succeeded, runFolder, outcomes } = await pipeline(config, { spawnStep: dying, attempts: 5 });
  expect(outcomes.map(({ reason }) => reason).filter((reason) => reason !== null)).toEqual([]);
  expect(succeeded).toBe(true);
  expect(Math.max(...outcomes.map(({ attempts }) => attempts))).toBeGreaterThan(1);
  expect(await summaryOf(runFolder!)).toBe(await single(config));
});

test('an evaluation that fails skips what needs it, and its clean-up runs', async () => {
  const config = await project(10);
  const graph = buildPipeline(config.config, resolveRunners(config));
  const evaluate = graph.steps.find(({ kind }) => kind === 'evaluate')!;
  const cleanup = {
    ...graph.steps.find(({ kind }) => kind === 'select')!,
    kind: 'cleanup',
    name: 'cleanup',
    command: ['cleanup'],
    inputs: [],
    output: null,
    needs: [{ step: evaluate.name, when: 'ended' }],
    model: 'worse',
    modelIndex: 0,
    deployStep: '',
  } as const;
  const ran: string[] = [];
  const execution = await runPipelineLocally(
    { ...graph, steps: [...graph.steps, cleanup] },
    {
      folder: join(folder, 'failing'),
      settings: { configFile: config.file },
      signal: never,
      spawnStep: async ({ step }) => {
        ran.push(step);
        return step === evaluate.name ? 3 : 0;
      },
    },
  );
  const states = Object.fromEntries(execution.outcomes.map(({ step, state }) => [step, state]));
  expect(states).toMatchObject({
    [evaluate.name]: 'failed',
    merge: 'skipped',
    select: 'skipped',
    cleanup: 'succeeded',
  });
  expect(ran.filter((step) => step === evaluate.name)).toHaveLength(2);
  expect(execution).toMatchObject({ succeeded: false, runFolder: null });
});

test('a merge with a shard missing says how many samples it lacks', async () => {
  const config = await project(30, 'sharding: { shards: 3 }');
  const losing: SpawnStep = async (process, signal) => {
    const lost = join(folder, 'pipeline', 'evaluations', 'evaluate-worse', 'shard-0001-of-0003');
    if (process.command[0] === 'merge') await rm(lost, { recursive: true });
    return here(process, signal);
  };
  const { outcomes } = await pipeline(config, { spawnStep: losing, attempts: 1 });
  expect(outcomes.find(({ step }) => step === 'merge')).toMatchObject({
    state: 'failed',
    reason: '10 of 30 samples of worse are missing',
  });
});

test('an interruption skips what is left', async () => {
  const config = await project(10);
  const controller = new AbortController();
  const interrupting: SpawnStep = async (process, signal) => {
    if (process.command[0] === 'evaluate') controller.abort(new Error('Ctrl-C'));
    return here(process, signal);
  };
  await expect(pipeline(config, { spawnStep: interrupting, signal: controller.signal })).rejects.toThrow('Ctrl-C');
});
