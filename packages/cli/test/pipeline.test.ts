import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { assay, type ScriptedProject, scriptedProject, startAssay } from './assay.ts';
import { assayHere } from './assay-here.ts';

const SAMPLE = fileURLToPath(new URL('../../core/fixtures/aws-sample', import.meta.url));

let project: ScriptedProject;
beforeEach(async () => {
  project = await scriptedProject(0);
});
afterEach(() => project.remove());

/** Two models, five shards. */
async function sharded(samples: number, delayMs = 0, more = ''): Promise<ScriptedProject> {
  await project.remove();
  project = await scriptedProject(samples, delayMs);
  const text = await readFile(project.config, 'utf8');
  await writeFile(project.config, `${text}sharding: { shards: 5, instances: 2 }\n${more}`);
  return project;
}

async function summaryOf(run: string): Promise<string> {
  const { timing: _, run: __, crc32: ___, ...rest } = JSON.parse(await readFile(join(run, 'summary.json'), 'utf8'));
  return JSON.stringify(rest);
}

async function single({ config, folder }: ScriptedProject): Promise<string> {
  const { code, stderr } = await assayHere(['run', config, '-o', join(folder, 'single'), '--no-cache'], folder);
  expect(code, stderr).toBe(0);
  return summaryOf(join(folder, 'single'));
}

const registered = async (folder: string, group: string): Promise<string[]> =>
  (await readdir(join(folder, '.assay/registry', group)).catch(() => [])).filter((name) => /^\d/.test(name));

test('two models over five shards give the summary of one process, a run of the project and a registered model; each step opens its own shards', async () => {
  const { config, folder } = await sharded(53, 0, 'model_registry: { model_package_group_name: Best }\n');
  const log = join(folder, 'opened.jsonl');
  const hook = fileURLToPath(new URL('opened-files.cjs', import.meta.url));
  const env = { NODE_OPTIONS: `--require ${JSON.stringify(hook)}`, OPENED_FILES: log };
  const { code, stdout, stderr } = await assay(['pipeline', 'run', '--local', config], folder, env);
  expect(code, stderr).toBe(0);
  const [run] = await readdir(join(folder, '.assay/runs'));
  expect(await summaryOf(join(folder, '.assay/runs', run!))).toBe(await single(project));
  expect(stdout).toContain('factual_knowledge');
  expect(await registered(folder, 'Best')).toEqual(['1.json']);
  const entry = JSON.parse(await readFile(join(folder, '.assay/registry/Best/1.json'), 'utf8'));
  expect(entry).toMatchObject({ version: 1, model: 'first', run, approval: 'PendingManualApproval' });
  const compared = await assayHere(
    ['compare', run!, join(folder, 'single'), '--baseline-model', 'first', '--candidate-model', 'first'],
    folder,
  );
  expect(compared.code, compared.stderr).toBe(0);
  const [execution] = await readdir(join(folder, '.assay/pipelines'));
  await expectOwnShards(join(folder, '.assay/pipelines', execution!), log);
}, 60_000);

/** An evaluate step opens the shards that it was given, the index, and nothing else of the dataset. */
async function expectOwnShards(execution: string, log: string): Promise<void> {
  const opened = (await readFile(log, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as [root: string | null, path: string]);
  const of = (step: string, instance: number): string[] => {
    const root = join(execution, 'steps', step, `instance-${instance}`);
    const paths = opened.flatMap(([of, path]) => (of === root ? [path] : []));
    const isData = (path: string): boolean =>
      path.includes('/input/') || path.includes('prepared') || path.endsWith('data.jsonl');
    return [
      ...new Set(paths.filter((path) => isData(path) && !path.includes('/input/config')).map((path) => basename(path))),
    ].sort();
  };
  const shard = (n: number): string => `shard-000${n}-of-0005.jsonl`;
  expect(of('preprocess', 0)).toContain('data.jsonl');
  for (const model of ['first', 'second']) {
    expect(of(`evaluate-${model}`, 0)).toEqual(['dataset.json', shard(0), shard(2), shard(4)]);
    expect(of(`evaluate-${model}`, 1)).toEqual(['dataset.json', shard(1), shard(3)]);
  }
  expect(of('merge', 0).filter((name) => !/^(journal|summary|manifest)/.test(name))).toEqual(['dataset.json']);
}

test('a step that is killed midway is tried again and continues with its journal', async () => {
  const { config, folder } = await sharded(120, 150);
  const execution = join(folder, 'execution');
  const { finished } = startAssay(
    ['pipeline', 'run', '--local', config, '-o', execution, '--max-parallel', '1'],
    folder,
  );
  // The first instance has shards 0, 2 and 4: it dies in one of them, once something is on disk.
  const shards = [0, 2, 4].map((n) => join(execution, `evaluations/evaluate-first/shard-000${n}-of-0005`));
  let killed = 0;
  for (let i = 0; killed === 0 && i < 1000; i += 1) {
    const journal = await readFile(join(shards[0]!, 'journal.jsonl'), 'utf8').catch(() => '');
    const names = await Promise.all(shards.map((shard) => readdir(shard).catch(() => [])));
    const held = names.flat().find((name) => name.startsWith('lock.'));
    if (held !== undefined && journal.includes('"kind":"sample"')) {
      process.kill(Number(held.split('.')[1]), 'SIGKILL');
      killed += 1;
    } else await sleep(10);
  }
  const { code, stderr } = await finished;
  expect(killed).toBe(1);
  expect(code, stderr).toBe(0);
  const log = await readFile(join(execution, 'logs/evaluate-first-instance-0.log'), 'utf8');
  expect(log.match(/evaluate on algo-1, one of 2/g)).toHaveLength(2);
  expect(log).toContain('samples are on disk already');
  expect(await summaryOf(join(execution, 'run'))).toBe(await single(project));
}, 90_000);

test('Ctrl-C stops the steps, says how to go on, and the same command ends it', async () => {
  const { config, folder } = await sharded(40, 120);
  const execution = join(folder, 'execution');
  const args = ['pipeline', 'run', '--local', config, '-o', execution];
  const { child, finished } = startAssay(args, folder);
  const shard = join(execution, 'evaluations/evaluate-first/shard-0000-of-0005');
  for (let i = 0; i < 400; i += 1) {
    if ((await readFile(join(shard, 'journal.jsonl'), 'utf8').catch(() => '')) !== '') break;
    await sleep(25);
  }
  child.kill('SIGINT');
  const stopped = await finished;
  expect(stopped.code, stopped.stderr).toBe(130);
  expect(stopped.stderr).toContain('-o execution');
  const resumed = await assay(args, folder);
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(await summaryOf(join(execution, 'run'))).toBe(await single(project));
}, 90_000);

test('a gate that fails ends with exit code 1, registers nothing and still cleans up', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-hybrid-'));
  try {
    await hybrid(folder, `gates: ['factual_knowledge.factual_knowledge >= 0.99']\n`);
    const { code, stderr } = await assay(HYBRID, folder);
    expect(code, stderr).toBe(1);
    expect(stderr).toMatch(/gate {2}failed: .*required >= 0.99/);
    expect(stderr.match(/cleanup-\S+ {2}succeeded/g)).toHaveLength(3);
    expect(stderr).toContain('register-selected  skipped');
    expect(await registered(folder, 'FMEvaluationBestModel')).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);

test('the hybrid sample runs to its end with scripted answers standing in, and registers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-hybrid-'));
  try {
    await hybrid(folder);
    const { code, stderr, stdout } = await assay(HYBRID, folder);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('stands in');
    expect(stdout).toMatch(/\nselected \S+ {3}\S/);
    for (const kind of ['deploy', 'evaluate', 'cleanup'])
      expect(stderr.match(new RegExp(`${kind}-\\S+  succeeded`, 'g'))).toHaveLength(3);
    expect(await registered(folder, 'FMEvaluationBestModel')).toEqual(['1.json']);
    expect(await registered(folder, 'FMEvaluationFineTunedModel')).toEqual(['1.json']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);

const HYBRID = ['pipeline', 'run', '--local', 'pipeline_scale_hybrid_config.yaml', '--answers', 'answers.jsonl'];

async function hybrid(folder: string, more = ''): Promise<void> {
  const file = 'pipeline_scale_hybrid_config.yaml';
  await cp(join(SAMPLE, file), join(folder, file));
  await writeFile(join(folder, file), `${await readFile(join(folder, file), 'utf8')}\n${more}`);
  const lines = (row: (i: number) => unknown): string =>
    Array.from({ length: 9 }, (_, i) => `${JSON.stringify(row(i))}\n`).join('');
  await writeFile(
    join(folder, 'evaluation_dataset_trivia.jsonl'),
    lines((i) => ({ question: `Q${i}?`, answer: `a${i}` })),
  );
  await writeFile(
    join(folder, 'answers.jsonl'),
    lines((index) => ({ index, text: index % 3 === 0 ? 'no' : `a${index}` })),
  );
}

test('without anything that stands in, a training job cannot run here, and the hint says what can', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-hybrid-'));
  try {
    await hybrid(folder);
    const { code, stderr } = await assayHere(HYBRID.slice(0, 4), folder);
    expect(code).toBe(2);
    expect(stderr).toContain('--answers FILE');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.each(['pipeline_config', 'pipeline_finetuning_config', 'pipeline_scale_config', 'pipeline_scale_hybrid_config'])(
  '%s renders without credentials',
  async (name) => {
    const { code, stdout } = await assayHere(
      ['pipeline', 'render', join(SAMPLE, `${name}.yaml`)],
      tmpdir(),
      NO_CREDENTIALS,
    );
    expect(code).toBe(0);
    const { Version, Steps } = JSON.parse(stdout);
    expect(Version).toBe('2020-12-01');
    expect(Steps.map(({ Name }: { Name: string }) => Name)).toContain('preprocess');
  },
);

const NO_CREDENTIALS = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_PROFILE: '' };

test('a schedule names the pipeline, and says what it lacks', async () => {
  const config = join(SAMPLE, 'pipeline_config.yaml');
  const args = ['pipeline', 'render', config, '--schedule', 'rate(1 day)'];
  const lacking = await assayHere(args, tmpdir());
  expect([lacking.code, lacking.stderr]).toEqual([2, expect.stringContaining('a role')]);
  const role = 'arn:aws:iam::123456789012:role/Exec';
  const flags = ['--role-arn', role, '--region', 'us-east-1', '--inputs', 'inputs/abc'];
  const { code, stdout } = await assayHere([...args, ...flags], tmpdir());
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    ScheduleExpression: 'rate(1 day)',
    Target: { Arn: expect.stringMatching(/^arn:aws:sagemaker:us-east-1:123456789012:pipeline\//), RoleArn: role },
  });
});

test('a step without its shard ends well; one that fails leaves its reason as the exit message', async () => {
  const { config, folder } = await sharded(4);
  const root = join(folder, 'ml');
  await cp(config, join(root, 'processing/input/config/evaluation_config.yaml'));
  const env = { ASSAY_ML_ROOT: root };
  const idle = await assayHere(['step', 'evaluate', '--model-index', '0'], folder, env);
  expect(idle.code, idle.stderr).toBe(0);
  // Elsewhere: relative paths start at the config, then at the working folder.
  const failed = await assayHere(['step', 'preprocess', '--shards', '2'], tmpdir(), env);
  expect(failed.code).toBe(2);
  expect(await readFile(join(root, 'output/message'), 'utf8')).toMatch(/^DATASET_NOT_FOUND /);
});

test('parity pairs the samples of two runners', async () => {
  const { folder } = await sharded(12);
  const config = join(folder, 'parity.yaml');
  const rows = Array.from({ length: 12 }, (_, i) => ({
    q: `Q${i}?`,
    a: `word${i}`,
    out: i === 6 ? 'word6' : `It is word${i}.`,
  }));
  await writeFile(join(folder, 'pairs.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeFile(
    config,
    `dataset: { input_data_location: pairs.jsonl, model_input_key: q, target_output_key: a, model_output_key: out }
models: [{ name: m, scripted: { answers: answers.jsonl } }]
algorithms: [{ algorithm: factual_knowledge }]
`,
  );
  const args = ['parity', config, '--runners', 'outputs,scripted', '--samples', '9', '--json'];
  const { code, stdout, stderr } = await assayHere(args, folder);
  expect(code, stderr).toBe(0);
  const [model] = JSON.parse(stdout).models;
  // Scripted: 0, 3 and 6 are wrong. Of nine pairs, six answers are the same.
  expect(model).toMatchObject({ model: 'm', sameAnswers: 6 });
  expect(model.samples).toHaveLength(9);
  expect(model.samples.map((pair: { differences: object }) => Object.values(pair.differences)[0])).toEqual([
    -1, 0, 0, -1, 0, 0, -1, 0, 0,
  ]);
  expect(model.comparisons[0]).toMatchObject({ n: 9, difference: -1 / 3 });
  const twice = await assayHere(['parity', config, '--runners', 'scripted,scripted'], folder);
  expect(twice.code).toBe(2);
  const unable = await assayHere(
    ['parity', config, '--runners', 'scripted,openai', '-o', join(folder, 'none')],
    folder,
  );
  expect([unable.code, unable.stderr]).toEqual([2, expect.stringMatching(/^CONFIG_MISSING_BLOCK /)]);
  expect(existsSync(join(folder, 'none'))).toBe(false);
});
