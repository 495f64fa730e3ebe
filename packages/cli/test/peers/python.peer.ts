import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assay } from '../assay.ts';
import { differingScores, type HarnessRows, type HarnessRun, runHarness } from './harness-peer.ts';
import { BIN, HERE, journalOf, type PeerServer, servePeers } from './peers.ts';

const ROWS = JSON.parse(await readFile(join(HERE, 'python-rows.json'), 'utf8')) as HarnessRows;
/** Tasks that assay itself scores, whoever makes their requests. */
const OWN = ['winogrande', 'gsm8k'];

let folder: string;
let server: PeerServer;
let peer: HarnessRun;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-python-'));
  server = await servePeers(folder);
  peer = await runHarness(ROWS, folder, server.url);
  const offline = { HF_HUB_OFFLINE: '1', HF_DATASETS_OFFLINE: '1', HF_HOME: join(folder, 'hf') };
  env = { ASSAY_PYTHON: join(BIN, 'python'), ...offline };
  const files = Object.keys(ROWS).map((file) => join(peer.root, file));
  const flags = ['--allow-python', '--data', 'rows', '-o', '.'];
  const imported = await assay(['import', 'lm-eval', ...files, ...flags], folder, env);
  expect([imported.code, imported.code === 0 ? '' : imported.stderr]).toEqual([0, '']);
}, 1_800_000);
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

test.each(Object.keys(ROWS))(
  '%s gives each sample the scores that lm_eval gives it',
  async (file) => {
    const theirs = peer.tasks[file]!;
    const { task } = theirs;
    const config = `${task}/evaluation_config.yaml`;
    const leave = OWN.includes(task) ? [] : ['--allow-code'];
    const ran = await assay(['run', config, '-o', `${task}/run`, ...leave], folder, env);
    expect([ran.code, ran.code === 0 ? '' : ran.stderr]).toEqual([0, '']);
    const own = await journalOf(join(folder, task, 'run'));
    const { compared, differing } = await differingScores(theirs, own, join(folder, config));
    expect(differing).toEqual([]);
    expect(compared).toBeGreaterThanOrEqual(own.length);
  },
  600_000,
);

test('a figure that the task’s own code adds up is the one that lm_eval gives', async () => {
  const { results } = Object.values(peer.tasks).find(({ task }) => task === 'cb')!;
  const { scores } = JSON.parse(await readFile(join(folder, 'cb/run/summary.json'), 'utf8')) as {
    readonly scores: readonly { readonly score: string; readonly value: number }[];
  };
  const figures = new Map(scores.map(({ score, value }) => [score, value]));
  expect(figures.get('f1')).toBeCloseTo(results['f1,none'] as number, 12);
  expect(figures.get('acc')).toBeCloseTo(results['acc,none'] as number, 12);
});

test.each(OWN)('%s is the same config as without Python', async (task) => {
  const [file] = Object.entries(peer.tasks).find(([, each]) => each.task === task)!;
  const flags = ['--data', 'rows', '-o', 'interpreted'];
  expect((await assay(['import', 'lm-eval', join(peer.root, file), ...flags], folder)).code).toBe(0);
  const read = (where: string, name: string) => readFile(join(folder, where, name), 'utf8');
  for (const name of ['data.jsonl', 'evaluation_config.yaml']) {
    expect(await read(task, name)).toBe(await read('interpreted', name));
  }
});

test('what runs code is not run without leave', async () => {
  const ran = await assay(['run', 'drop/evaluation_config.yaml'], folder, env);
  expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('--allow-code')]);
});
