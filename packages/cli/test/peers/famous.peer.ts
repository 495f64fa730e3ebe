import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { assay } from '../assay.ts';
import { differingScores, type HarnessRows, type HarnessRun, runHarness } from './harness-peer.ts';
import { HERE, journalOf, type PeerServer, servePeers } from './peers.ts';

const ROWS = JSON.parse(await readFile(join(HERE, 'famous-rows.json'), 'utf8')) as HarnessRows;

let folder: string;
let server: PeerServer;
let peer: HarnessRun;
let logged: Awaited<ReturnType<typeof assay>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-famous-'));
  server = await servePeers(folder);
  peer = await runHarness(ROWS, folder, server.url);
  const files = Object.keys(ROWS).map((file) => join(peer.root, file));
  const imported = await assay(['import', 'lm-eval', ...files, '--data', join(folder, 'rows'), '-o', '.'], folder);
  expect([imported.code, imported.code === 0 ? '' : imported.stderr]).toEqual([0, '']);
  logged = await assay(['import', 'lm-eval', '--from-samples', 'logged', '-o', 'again'], folder);
}, 1_800_000);
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('at least thirty tasks are compared', () => {
  expect(Object.keys(ROWS).length).toBeGreaterThanOrEqual(30);
});

test.each(Object.keys(ROWS))(
  '%s gives each sample the scores that lm_eval gives it',
  async (file) => {
    const theirs = peer.tasks[file]!;
    const { task, samples } = theirs;
    const ran = await assay(['run', `${task}/evaluation_config.yaml`, '-o', `${task}/run`], folder);
    expect([ran.code, ran.code === 0 ? '' : ran.stderr]).toEqual([0, '']);
    const own = await journalOf(join(folder, task, 'run'));
    expect(own.length).toBe(new Set(samples.map(({ doc_id }) => doc_id)).size);
    const { compared, differing } = await differingScores(theirs, own, join(folder, task, 'evaluation_config.yaml'));
    expect(differing).toEqual([]);
    expect(compared).toBeGreaterThanOrEqual(own.length);
  },
  300_000,
);

test('what it logged is imported without an error, every answer with the score that it was logged with', () => {
  expect([logged.code, logged.code === 0 ? '' : logged.stderr]).toEqual([0, '']);
});

test.each(Object.keys(ROWS))('%s logged asks and scores as the task does', async (file) => {
  const { task } = peer.tasks[file]!;
  const [own, again] = await Promise.all(
    [task, join('again', task)].map(async (name) => {
      const [data, config] = await Promise.all(
        ['data.jsonl', 'evaluation_config.yaml'].map((each) => readFile(join(folder, name, each), 'utf8')),
      );
      return { asked: data!.trim().split('\n').map(wholeInputs), config: parse(config!) as object };
    }),
  );
  expect(again).toEqual(own);
});

/** Choices that are inputs are cut where they begin to differ: each is made whole. */
function wholeInputs(line: string): unknown {
  const row = JSON.parse(line) as { model_input: string; choices?: readonly string[]; target_output?: string };
  if (row.choices === undefined || row.target_output === undefined) return row;
  const before = row.model_input.slice(0, row.model_input.length - row.choices[0]!.length);
  return row.model_input.endsWith(row.choices[0]!)
    ? { ...row, choices: row.choices.map((each) => before + each) }
    : row;
}
