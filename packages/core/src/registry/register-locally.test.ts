import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RegisterLocallyOptions, registerLocally } from './register-locally.ts';

let registry: string;
beforeEach(async () => {
  registry = await mkdtemp(join(tmpdir(), 'assay-registry-'));
});
afterEach(() => rm(registry, { recursive: true, force: true }));

const row = {
  model: 'm',
  algorithm: 'a',
  score: 's',
  category: null,
  value: 0.5,
  interval: [0.4, 0.6],
  n: 9,
  signature: 'x',
};

function options(run: string, group = 'Group'): RegisterLocallyOptions {
  const summary = {
    run,
    models: [{ name: 'm', runner: 'r' }],
    scores: [row, { ...row, category: 'c' }, { ...row, model: 'o' }],
  };
  return {
    registry,
    group,
    model: 'm',
    manifest: { configDigest: 'd', dataset: { name: 'data', files: [], samples: 9 } },
    summary,
    decidingScore: 'a.s',
    actor: { by: 'ann' },
    asked: { prompt: { template: 'Q: $model_input' }, parameters: { maxNewTokens: 48 } },
  } as unknown as RegisterLocallyOptions;
}

test('versions count up, with the overall scores of the model alone', async () => {
  expect(await registerLocally(options('one'))).toMatchObject({
    version: 1,
    runner: 'r',
    scores: [{ name: 'a.s', value: 0.5, n: 9 }],
    approval: 'PendingManualApproval',
    prompt: { template: 'Q: $model_input' },
    parameters: { maxNewTokens: 48 },
    runDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    dataDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect((await registerLocally(options('two'))).version).toBe(2);
});

test('a model without scored samples, or that was not finished, is never registered', async () => {
  const given = options('one');
  const empty = { ...given.summary, scores: given.summary.scores.map((each) => ({ ...each, n: 0, value: null })) };
  const models = [{ ...given.summary.models[0]!, failure: { code: 'RUNNER_FAILED', message: 'down' } as const }];
  for (const summary of [empty, { ...given.summary, models }]) {
    await expect(registerLocally({ ...given, summary })).rejects.toMatchObject({ code: 'RUN_NOTHING_TO_REGISTER' });
  }
  expect(await readdir(registry)).toEqual([]);
});

test('the same model of the same run is registered once', async () => {
  const first = await registerLocally(options('one'));
  expect(await registerLocally(options('one'))).toMatchObject(first);
  expect(await readdir(join(registry, 'Group'))).toEqual(['1.json', 'group.json', 'history.jsonl']);
});

test('registrations at the same time never take each other’s version', async () => {
  const runs = Array.from({ length: 12 }, (_, i) => `run-${i}`);
  const versions = (await Promise.all(runs.map((run) => registerLocally(options(run))))).map(({ version }) => version);
  expect(new Set(versions).size).toBe(12);
});

test.each(['../out', 'a/b', '', 'with space', '-a'])('"%s" is refused as a group', async (group) => {
  await expect(registerLocally(options('one', group))).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(await readdir(registry)).toEqual([]);
});
