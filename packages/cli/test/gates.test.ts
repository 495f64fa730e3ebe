import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { assay } from './assay.ts';
import { assayHere } from './assay-here.ts';

const SAMPLES = 60;
const WORKFLOW = fileURLToPath(new URL('../../../examples/gates/github-actions.yml', import.meta.url));
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** Which samples each model gets right: 40 of 60; 39, two of them others; 12. */
const MODELS: Readonly<Record<string, (index: number) => boolean>> = {
  production: (i) => i % 3 !== 0,
  reworded: (i) => (i < 6 ? i % 3 === 0 || i === 5 : i % 3 !== 0),
  careless: (i) => i % 10 < 2,
};

vi.setConfig({ testTimeout: 120_000 });

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-gates-'));
  const lines = (of: (index: number) => object) =>
    Array.from({ length: SAMPLES }, (_, i) => `${JSON.stringify(of(i))}\n`).join('');
  await writeFile(
    join(folder, 'data.jsonl'),
    lines((i) => ({ question: `Question ${i}?`, answer: `word${i}` })),
  );
  for (const [name, isRight] of Object.entries(MODELS)) {
    const text = lines((index) => ({ index, text: isRight(index) ? `It is word${index}.` : 'no idea' }));
    await writeFile(join(folder, `${name}.jsonl`), text);
    await writeFile(join(folder, `${name}.yaml`), configOf([name], ''));
  }
  const gates = `gates:
  - factual_knowledge.factual_knowledge lower >= 0.3
  - { state: failed, max: 0 }
  - { score: factual_knowledge.factual_knowledge, baseline: baseline, max_regression: 0.12 }
`;
  await writeFile(join(folder, 'evaluation_config.yaml'), configOf(['reworded', 'careless'], gates));
  const { code, stderr } = await assayHere(['run', 'production.yaml', '-o', 'baseline'], folder);
  expect(code, stderr).toBe(0);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

function configOf(models: readonly string[], rest: string): string {
  return `dataset:
  dataset_name: made-up
  input_data_location: data.jsonl
  model_input_key: question
  target_output_key: answer
models:
${models.map((name) => `  - { name: ${name}, scripted: { answers: ${name}.jsonl } }\n`).join('')}algorithms:
  - algorithm: factual_knowledge
${rest}`;
}

test('the gates of a config pass noise', async () => {
  const args = ['run', 'evaluation_config.yaml', '--models', 'reworded', '-o', 'noise'];
  const { code, stderr } = await assay(args, folder);
  expect([code, stderr.match(/gate passed/g)?.length]).toEqual([0, 3]);
  expect(await readFile(join(folder, 'noise', 'report.html'), 'utf8')).toContain('All 3 gates passed');
  expect(stderr).not.toContain('FAILED');
});

test('the gates of a config block a real regression, each with its reason', async () => {
  const args = ['run', 'evaluation_config.yaml', '--models', 'careless', '-o', 'loss'];
  const { code, stderr } = await assay(args, folder);
  expect(code).toBe(1);
  expect(await readFile(join(folder, 'loss', 'report.html'), 'utf8')).toContain('2 failed of 3 gates');
  const failed = stderr.split('\n').filter((line) => line.startsWith('gate FAILED'));
  expect(failed).toHaveLength(2);
  expect(failed[0]).toMatch(
    /the lower end of factual_knowledge\.factual_knowledge is 0\.\d+, required >= 0\.\d+ \(n 60\)/,
  );
  expect(failed[1]).toMatch(
    /this run − production: −0\.467 \(95 % interval −0\.\d+ … −0\.\d+\) on 60 samples; not worse by more than 0\.12 required/,
  );
});

test('a baseline, of a config or of the command line, is found beside the config from anywhere', async () => {
  const elsewhere = join(folder, 'elsewhere');
  await mkdir(elsewhere);
  const text = 'not worse than baseline by 0.12';
  const args = ['run', '../evaluation_config.yaml', '--models', 'reworded', '-o', 'run', '--fail-on', text];
  const { code, stderr } = await assayHere(args, elsewhere);
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(`gate passed  ${text}   reworded: factual_knowledge.factual_knowledge, this run −`);
});

test('a gate that cannot be checked ends the command before any work', async () => {
  const misspelt = await assayHere(['run', 'production.yaml', '-o', 'none', '--fail-on', 'be good'], folder);
  expect([misspelt.code, misspelt.stderr]).toEqual([2, expect.stringContaining('"be good" is no gate')]);
  const alone = await assayHere(['run', 'production.yaml', '-o', 'none', '--fail-on', 'regression'], folder);
  expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining('needs a baseline run')]);
  await expect(readFile(join(folder, 'none', 'manifest.json'))).rejects.toThrow('ENOENT');
});

test('a misspelt score, of the config or the command line, ends the command before any work', async () => {
  const flag = ['--fail-on', 'factual_knowledge.factual_knowlege >= 0.1'];
  const typed = await assayHere(['run', 'production.yaml', '-o', 'none', ...flag], folder);
  expect([typed.code, typed.stderr]).toEqual([2, expect.stringContaining('which the run will not have')]);
  await writeFile(
    join(folder, 'misspelt.yaml'),
    configOf(['production'], 'gates: [factual_knowledge.factual_knowlege >= 0.1]\n'),
  );
  const stated = await assayHere(['run', 'misspelt.yaml', '-o', 'none'], folder);
  expect([stated.code, stated.stderr]).toEqual([
    2,
    expect.stringContaining('Did you mean factual_knowledge.factual_knowledge?'),
  ]);
  await expect(readFile(join(folder, 'none', 'manifest.json'))).rejects.toThrow('ENOENT');
});

test('a baseline that is gone leaves its gate inconclusive, and the report says how to make it', async () => {
  await writeFile(
    join(folder, 'gone.yaml'),
    configOf(['production'], 'gates: [failed <= 0, { baseline: base, max_regression: 0.2 }]\n'),
  );
  expect((await assayHere(['run', 'production.yaml', '-o', 'base'], folder)).code).toBe(0);
  expect((await assayHere(['run', 'gone.yaml', '-o', 'kept'], folder)).code).toBe(0);
  await rm(join(folder, 'base'), { recursive: true });
  const junit = await assayHere(['report', 'kept', '--format', 'junit', '-o', 'kept.xml'], folder);
  expect([junit.code, junit.stderr]).toEqual([0, '']);
  const xml = await readFile(join(folder, 'kept.xml'), 'utf8');
  expect(xml.match(/classname="assay\.gates\./g)).toHaveLength(2);
  expect(xml).toContain('create it with: assay run gone.yaml -o base');
  const again = (how: string) =>
    assayHere(['run', 'gone.yaml', '-o', `first-${how}`, '--on-inconclusive', how, '--no-cache'], folder);
  expect([(await again('fail')).code, (await again('warn')).code, (await again('pass')).code]).toEqual([4, 0, 0]);
  const csv = await assayHere(['report', 'kept', '--format', 'csv', '-o', 'kept.csv'], folder);
  expect([csv.code, csv.stderr]).toEqual([0, '']);
});

test('compare gates the pair that it compares, whatever else the runs hold', async () => {
  await assayHere(['run', 'evaluation_config.yaml', '-o', 'both'], folder);
  const gated = (model: string) =>
    assayHere(['compare', 'baseline', 'both', '--candidate-model', model, '--fail-on', 'regression <= 0.12'], folder);
  expect((await gated('reworded')).code).toBe(0);
  expect((await gated('careless')).code).toBe(1);
});

/** The shell steps of the workflow, run in order as the hosted runner runs them: each stops at its first failure. */
async function runWorkflow(cwd: string, env: NodeJS.ProcessEnv): Promise<Record<string, number>> {
  const { jobs } = parse(await readFile(WORKFLOW, 'utf8'));
  const codes: Record<string, number> = {};
  for (const { name, run } of jobs.evaluate.steps as { name?: string; run?: string }[]) {
    if (name === undefined || run === undefined || !run.includes('npx assay')) continue;
    codes[name] = await new Promise((resolve) => {
      execFile('bash', ['-e', '-o', 'pipefail', '-c', run], { cwd, env }, (error) =>
        resolve(error === null ? 0 : Number(error.code)),
      );
    });
  }
  return codes;
}

test.for([
  ['reworded', 0, 'cannot be told apart on the one score'],
  ['careless', 1, 'careless is worse than production on the one score'],
] as const)('the GitHub Actions example judges a change to %s: exit code %d', async ([model, code, words]) => {
  const cwd = join(folder, `workflow-${model}`);
  const bin = join(cwd, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'npx'), `#!/bin/sh\nshift\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  await chmod(join(bin, 'npx'), 0o755);
  await writeFile(join(cwd, 'summary.txt'), '');
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env.PATH}`,
    CONFIG: `../${model}.yaml`,
    GITHUB_STEP_SUMMARY: join(cwd, 'summary.txt'),
    ASSAY_CACHE: join(cwd, 'cache'),
  };
  const baseline = await assayHere(['run', '../production.yaml', '-o', 'baseline'], cwd);
  expect(baseline.code).toBe(0);
  expect(await runWorkflow(cwd, env)).toEqual({
    Evaluate: 0,
    'Compare with main': code,
    'Write the gates as test cases, and the page': 0,
  });
  expect(await readFile(join(cwd, 'comment.md'), 'utf8')).toContain(words);
  expect(await readFile(join(cwd, 'regression.xml'), 'utf8')).toContain(`failures="${code === 0 ? 0 : 1}"`);
  expect(await readFile(join(cwd, 'summary.txt'), 'utf8')).toContain('#### Scores');
});
