import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGenerator } from '@assay/metrics';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startAssay } from './assay.ts';
import { assayHere } from './assay-here.ts';

/** Above 100,000 samples they lie in column parts. */
const ROWS = 100_500;
const random = createGenerator('cut parts');

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });

let base: string;
let expected: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-parts-'));
  const row = (i: number) =>
    i % 25_000 === 24_999
      ? '{"q": \n'
      : `${JSON.stringify({ q: `Q ${i}`, a: `red house ${i % 7}`, one: `the red house ${i % 3}`, two: `red house ${i % 5}` })}\n`;
  await writeFile(join(base, 'd.jsonl'), Array.from({ length: ROWS }, (_, i) => row(i)).join(''));
  await writeFile(
    join(base, 'c.yaml'),
    `dataset: { input_data_location: d.jsonl, model_input_key: q, target_output_key: a }
models:
  - { name: one, runner: outputs, model_output_key: one }
  - { name: two, runner: outputs, model_output_key: two }
algorithms: [{ algorithm: qa_accuracy }]
`,
  );
  await passes('run', 'c.yaml', '-o', 'whole');
  expected = await summaryOf('whole');
});
afterAll(() => rm(base, { recursive: true, force: true }));

async function passes(...args: string[]): Promise<string> {
  const { code, stderr } = await assayHere([...args, '--display', 'plain'], base);
  expect(code, stderr).toBe(0);
  return stderr;
}

async function refused(...args: string[]): Promise<string> {
  const { code, stderr } = await assayHere(args, base);
  expect(code, stderr).toBe(2);
  return stderr;
}

async function summaryOf(run: string): Promise<string> {
  const {
    timing: _,
    run: __,
    crc32: ___,
    ...rest
  } = JSON.parse(await readFile(join(base, run, 'summary.json'), 'utf8'));
  return JSON.stringify(rest);
}

const partsOf = async (run: string): Promise<string[]> =>
  (await readdir(join(base, run, 'parts')).catch(() => [])).filter((name) => name.endsWith('.parquet')).sort();

/** Those that count: the journal names them. */
async function namedParts(run: string): Promise<string[]> {
  const journal = await readFile(join(base, run, 'journal.jsonl'), 'utf8').catch(() => '');
  return [...journal.matchAll(/"part":"([^"]+)"/g)].map(([, name]) => name!);
}

/** Cuts a part to some of its bytes. */
async function cut(run: string, share: number): Promise<void> {
  const named = await namedParts(run);
  const file = join(base, run, 'parts', named[random.integers(named.length)]!);
  await truncate(file, Math.floor(share * (await stat(file)).size));
}

/** Starts a run and kills it once some of its parts are on disk, and not all. */
async function killedRun(run: string): Promise<void> {
  for (let trial = 0; trial < 5; trial += 1) {
    await rm(join(base, run), { recursive: true, force: true });
    const { child, finished } = startAssay(['run', 'c.yaml', '-o', run, '--display', 'none'], base);
    while ((await namedParts(run)).length === 0 && child.exitCode === null) await sleep(5);
    child.kill('SIGKILL');
    await finished;
    if (!existsSync(join(base, run, 'summary.json'))) return;
  }
  throw new Error('the run ended before it could be killed');
}

test('a run that was killed goes on with its parts; one that is cut meanwhile is told, and scored again', async () => {
  await killedRun('killed');
  await cut('killed', 0.5);
  const said = await passes('run', 'c.yaml', '-o', 'killed', '--resume');
  expect(said).toContain('their samples run again');
  expect(await summaryOf('killed')).toBe(expected);
  expect(await partsOf('killed')).toEqual(await partsOf('whole'));
});

test.each([0, random.random()])(
  'a finished run with a part cut at %f of its bytes decides nothing until it is resumed',
  async (share) => {
    await rm(join(base, 'finished'), { recursive: true, force: true });
    await cp(join(base, 'whole'), join(base, 'finished'), { recursive: true });
    await cut('finished', share);
    expect(await refused('select', 'finished')).toContain('RUN_DAMAGED');
    expect(
      await refused('compare', 'whole', 'finished', '--baseline-model', 'one', '--candidate-model', 'one'),
    ).toContain('RUN_DAMAGED');
    expect(await passes('run', 'c.yaml', '-o', 'finished', '--resume')).toContain('their samples run again');
    expect(await summaryOf('finished')).toBe(expected);
  },
);

test('a merge refuses a shard with a part cut; resumed, the shards are the whole again', async () => {
  for (const shard of ['1', '2']) await passes('run', 'c.yaml', '--shard', `${shard}/2`, '-o', join('shards', shard));
  await cut(join('shards', '2'), random.random());
  const said = await refused('merge', 'shards', '-o', 'merged');
  expect(said).toContain('RUN_DAMAGED');
  expect(said).toContain(join('shards', '2'));
  await passes('run', 'c.yaml', '--shard', '2/2', '-o', join('shards', '2'), '--resume');
  await passes('merge', 'shards', '-o', 'merged');
  expect(await summaryOf('merged')).toBe(expected);
});
