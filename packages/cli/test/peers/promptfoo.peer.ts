import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assay } from '../assay.ts';
import { assayHere } from '../assay-here.ts';
import { pairedScores } from './paired-scores.ts';
import { HERE, type PeerServer, servePeers } from './peers.ts';
import { evaluatePromptfoo } from './promptfoo-peer.ts';

const KEY = { ASSAY_PEER_KEY: 'any' };
let folder: string;
let server: PeerServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-promptfoo-'));
  server = await servePeers(folder);
  for (const provider of ['provider.mjs', 'provider.py'])
    await copyFile(join(HERE, 'promptfoo', provider), join(folder, provider));
}, 300_000);
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const TASKS = [
  ...['named_metrics', 'combinations', 'two_prompts', 'thresholds', 'json', 'code', 'transforms', 'conversation'],
  ...['negations', 'defaults', 'js_provider', 'python_provider'],
];

describe.each(TASKS)('promptfoo: %s', (task) => {
  test('imported and run here, every sample and score pairs with its own output, and is the same', async () => {
    const written = await readFile(join(HERE, 'promptfoo', `${task}.yaml`), 'utf8');
    const config = join(folder, `${task}.yaml`);
    await writeFile(config, written.replace('ADDRESS', `${server.url}/v1`));
    const out = join(folder, `${task}.json`);
    const results = await evaluatePromptfoo(config, out, folder, KEY);
    expect(results.map(({ failureReason }) => failureReason)).not.toContain(2);
    const imported = await assayHere(['import', 'promptfoo', config, '--allow-code', '-o', task], folder);
    expect(imported.stderr + imported.code).toMatch(/0$/);
    const ran = await assay(
      [
        ...['run', `${task}/evaluation_config.yaml`, '--allow-env', 'ASSAY_PEER_KEY', '--allow-code'],
        ...['-o', `${task}/run`],
      ],
      folder,
      KEY,
    );
    expect([ran.code, ran.code === 0 ? '' : ran.stderr]).toEqual([0, '']);
    const labels = [...new Set(results.map(({ prompt }) => prompt.label))];
    for (const label of labels) {
      const own = results.filter(({ prompt }) => prompt.label === label);
      const model = labels.length === 1 ? 'smol' : `smol / ${label}`;
      const paired = await pairedScores(out, `${task}/run`, folder, model);
      const named = new Map<string, number>();
      for (const { namedScores } of own)
        for (const name of Object.keys(namedScores)) named.set(name, (named.get(name) ?? 0) + 1);
      expect(Object.fromEntries(paired)).toEqual({
        'promptfoo.pass': { n: own.length, difference: 0, changed: 0 },
        'promptfoo.score': { n: own.length, difference: 0, changed: 0 },
        ...Object.fromEntries(
          [...named].map(([name, n]) => [`metric.${name.replaceAll('.', '_')}`, { n, difference: 0, changed: 0 }]),
        ),
      });
    }
  }, 600_000);
});
