import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runnerMethods } from '@assay/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inOrder, textInputs } from '../test/collect.ts';
import { startHub } from '../test/hub-server.ts';
import { writeModel } from '../test/small-model.ts';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { writeTinyClassifier } from '../test/tiny-transformer.ts';
import { type OpenLocalModelOptions, openLocalModel, prepareOrPull } from './open-local-model.ts';

const COMMIT = 'c'.repeat(40);

async function open(name: string, options: OpenLocalModelOptions = {}) {
  const env = { ASSAY_CACHE: temporaryFolder(), HF_HOME: temporaryFolder(), HF_HUB_OFFLINE: '1' };
  const runner = await openLocalModel(name, { env, ...options });
  onTestFinished(() => runner.close());
  return runner;
}

/** A hub that offers a tiny classifier. */
async function hubWithClassifier() {
  const folder = temporaryFolder();
  writeTinyClassifier(folder, ['dull', 'good']);
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
  const files = Object.fromEntries(
    paths.filter((path) => path !== 'SHA256SUMS').map((path) => [path, readFileSync(join(folder, path))]),
  );
  const hub = await startHub({ 'org/tiny-reviews': { commit: COMMIT, files } });
  const env = { HF_ENDPOINT: hub.endpoint, HF_HOME: temporaryFolder(), ASSAY_CACHE: temporaryFolder() };
  return { hub, env };
}

describe('openLocalModel', () => {
  it.each([
    ['sentence-transformers/all-MiniLM-L6-v2', 'all-MiniLM-L6-v2', ['embed']],
    ['tox-block-bilstm', 'tox-block-bilstm', ['classify']],
    ['HuggingFaceTB/SmolLM2-135M-Instruct', 'SmolLM2-135M-Instruct', ['generate', 'logProbabilities']],
  ])('opens %s as what its config says it is', async (name, short, methods) => {
    const runner = await open(name, { causal: { workers: 1 } });
    expect(runnerMethods(runner)).toEqual(methods);
    expect(runner.id).toMatch(new RegExp(`^local:${short}@sha256:[0-9a-f]{64}$`));
  });

  it('pins by the id which graph answers, however it was named', async () => {
    const idOf = async (options: OpenLocalModelOptions) => (await prepareOrPull('SmolLM2-135M-Instruct', options)).id;
    const usual = await idOf({});
    expect(await idOf({ dtype: 'q4' })).toBe(usual);
    expect(await idOf({ causal: { graph: 'slim_q4.onnx' } })).toBe(usual);
    expect(await idOf({ causal: { graph: 'model_q4.onnx' } })).not.toBe(usual);
    expect(await idOf({ causal: { unpack: true } })).not.toBe(usual);
    expect((await open('SmolLM2-135M-Instruct', { causal: { workers: 1, graph: 'slim_q4.onnx' } })).id).toBe(usual);
  });

  it('refuses a number format that cannot be unpacked, before anything is loaded', async () => {
    await expect(open('SmolLM2-135M-Instruct', { dtype: 'q8', causal: { unpack: true } })).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      hint: expect.stringContaining('it can be unpacked from q4'),
    });
  });

  it('answers through the language model it opened', async () => {
    const runner = await open('SmolLM2-135M-Instruct', { causal: { workers: 1 } });
    const prompt = { id: '0', text: 'The capital of France is' };
    const [answer] = await inOrder(runner.generate!([prompt], { maxNewTokens: 4 }));
    expect(answer).toMatchObject({ ok: true, newTokens: 4 });
    expect(runner.countTokens?.(prompt)).toBeGreaterThan(3);
  });

  it('downloads a hub id that is not here, once, and names the runner by it', async () => {
    const { hub, env } = await hubWithClassifier();
    const phases: string[] = [];
    const hooks = { onLoad: ({ phase }: { readonly phase: string }) => void phases.push(phase) };
    const runner = await open('org/tiny-reviews', { env, hooks });
    expect([...new Set(phases)]).toEqual(['download', 'verify', 'load', 'ready']);
    expect(runner.id).toMatch(/^local:org\/tiny-reviews@sha256:/);
    expect(runner.revision).toBe(COMMIT);
    const [answer] = await inOrder(runner.classify!(textInputs(['good film']), {}));
    expect(answer).toMatchObject({ ok: true, labels: { dull: expect.any(Number), good: expect.any(Number) } });
    await hub.stop();
    expect((await open('org/tiny-reviews', { env })).id).toBe(runner.id);
  });

  it('brings the weights where another tool cached the model without them', async () => {
    const { env } = await hubWithClassifier();
    const root = join(env.HF_HOME, 'hub', 'models--org--tiny-reviews');
    writeModel(join(root, 'snapshots', COMMIT), { 'config.json': '{}', 'model.safetensors': 'x' }, { sums: false });
    expect(runnerMethods(await open('org/tiny-reviews', { env }))).toEqual(['classify']);
  });

  it('downloads nothing when told not to', async () => {
    const { hub, env } = await hubWithClassifier();
    await expect(open('org/tiny-reviews', { env, download: false })).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      hint: 'Get it with: assay models pull org/tiny-reviews',
    });
    expect(hub.seenTokens.hub).toEqual([]);
  });

  it('is stopped by its signal before the files are checked', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(open('all-MiniLM-L6-v2', { signal })).rejects.toThrow('stopped');
  });

  it('never takes a misspelt short name to the hub', async () => {
    await expect(open('SmolLM2-135M-Instrukt')).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringContaining('did you mean "SmolLM2-135M-Instruct"?'),
    });
  });

  it('suggests what is here when an id cannot be pulled', async () => {
    await expect(open('HuggingFaceTB/SmolLM2-135M-Instrukt')).rejects.toMatchObject({
      code: 'MODEL_DOWNLOAD',
      hint: expect.stringContaining('Did you mean "SmolLM2-135M-Instruct", which is here?'),
    });
  });
});
