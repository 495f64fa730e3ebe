import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { assay, shell } from './assay.ts';

const EXAMPLE = fileURLToPath(new URL('../../../examples/shards', import.meta.url));
const SHARDS = 4;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-shard-examples-'));
  await cp(EXAMPLE, folder, { recursive: true });
  // What answers is not the question here.
  const config = await readFile(join(folder, 'evaluation_config.yaml'), 'utf8');
  const answers = Array.from({ length: 6 }, (_, index) => `${JSON.stringify({ index, model_output: 'Rome' })}\n`).join(
    '',
  );
  await writeFile(join(folder, 'answers.jsonl'), answers);
  await writeFile(
    join(folder, 'evaluation_config.yaml'),
    config.replace(/^ {4}local: .*$/m, '    runner: scripted\n    scripted: { answers: answers.jsonl }'),
  );
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs a job's line as its scheduler does, once for each shard, and merges. */
async function runJobs(line: string, variables: (shard: number) => Record<string, string>): Promise<void> {
  for (let shard = 0; shard < SHARDS; shard += 1) {
    const set = Object.entries(variables(shard)).map(([name, value]) => `export ${name}=${value}; `);
    const { code, stderr } = await shell(`${set.join('')}${line.replace('npx assay', 'assay')}`, folder);
    expect(code, stderr).toBe(0);
  }
  const { code, stderr } = await assay(['merge', 'shards', '-o', 'whole', '--display', 'none'], folder);
  expect(code, stderr).toBe(0);
  const { models } = JSON.parse(await readFile(join(folder, 'whole', 'summary.json'), 'utf8'));
  expect(models[0].states.scored).toBe(6);
}

test('a Slurm array', async () => {
  const script = await readFile(join(folder, 'slurm.sh'), 'utf8');
  const [, from, to] = /^#SBATCH --array=(\d+)-(\d+)$/m.exec(script)!;
  expect(Number(to) - Number(from) + 1).toBe(SHARDS);
  await runJobs(script.replace(/^#.*$/gm, ''), (shard) => ({
    SLURM_ARRAY_TASK_ID: String(Number(from) + shard),
    SLURM_ARRAY_TASK_MIN: from!,
    SLURM_ARRAY_TASK_MAX: to!,
    SLURM_ARRAY_TASK_STEP: '1',
    SLURM_ARRAY_TASK_COUNT: String(SHARDS),
  }));
}, 180_000);

test('an indexed Job of Kubernetes', async () => {
  const { spec } = parse(await readFile(join(folder, 'kubernetes.yaml'), 'utf8'));
  expect(spec).toMatchObject({ completionMode: 'Indexed', completions: SHARDS });
  const [{ command }] = spec.template.spec.containers;
  await runJobs(command[2], (shard) => ({ JOB_COMPLETION_INDEX: String(shard) }));
}, 180_000);

test('a matrix of GitHub Actions', async () => {
  const { jobs } = parse(await readFile(join(folder, 'github-actions.yml'), 'utf8'));
  expect(jobs.shard.strategy.matrix.part).toHaveLength(SHARDS);
  const contexts = (shard: number): Record<string, string> => ({
    '${{ strategy.job-index }}': String(shard),
    '${{ strategy.job-total }}': String(SHARDS),
  });
  const line = jobs.shard.steps
    .map((step: { run?: string }) => step.run)
    .find((run?: string) => run?.includes('assay'));
  await runJobs(line, (shard) =>
    Object.fromEntries(Object.entries<string>(jobs.shard.env).map(([name, text]) => [name, contexts(shard)[text]!])),
  );
}, 180_000);
