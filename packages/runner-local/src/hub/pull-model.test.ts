import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startHub, type TestHub, type TestHubModel } from '../../test/hub-server.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { listModels } from '../models/list-models.ts';
import { resolveModel } from '../models/resolve-model.ts';
import { verifyModel } from '../models/verify-model.ts';
import { type PullModelOptions, pullModel } from './pull-model.ts';
import { removeModel } from './remove-model.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const WEIGHTS = 'w'.repeat(300_000);
const MODEL: TestHubModel = {
  commit: COMMIT,
  files: {
    '.gitattributes': '*.onnx filter=lfs',
    'config.json': '{"model_type":"bert","architectures":["BertModel"]}',
    'tokenizer.json': '{}',
    'README.md': '---\nlicense: mit\n---\n',
    'model.safetensors': 's'.repeat(1000),
    'onnx/model.onnx': 'f'.repeat(2000),
    'onnx/model_quantized.onnx': WEIGHTS,
    '../outside.json': 'never',
  },
};

interface Place {
  readonly hub: TestHub;
  readonly env: NodeJS.ProcessEnv;
  pull(name?: string, options?: PullModelOptions): ReturnType<typeof pullModel>;
}

async function place(model: TestHubModel = MODEL): Promise<Place> {
  const hub = await startHub({ 'org/tiny': model });
  const env = { HF_HOME: temporaryFolder(), HF_ENDPOINT: `${hub.endpoint}/`, ASSAY_CACHE: temporaryFolder() };
  return {
    hub,
    env,
    pull: (name = 'org/tiny', options = {}) => pullModel(name, { env, retryDelayMs: 1, ...options }),
  };
}

const blobsOf = (env: NodeJS.ProcessEnv): string[] =>
  readdirSync(join(env.HF_HOME!, 'hub', 'models--org--tiny', 'blobs'));

describe('pullModel', () => {
  it('brings what the model needs into the cache of the hub, where it is found, verified and listed', async () => {
    const { env, pull } = await place();
    const pulled = await pull();
    expect(pulled).toMatchObject({ id: 'org/tiny', commit: COMMIT, dtype: 'q8' });
    expect(readdirSync(pulled.folder, { recursive: true }).sort()).toEqual([
      'README.md',
      'config.json',
      'onnx',
      'onnx/model_quantized.onnx',
      'tokenizer.json',
    ]);
    expect(lstatSync(join(pulled.folder, 'config.json')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(env.HF_HOME!, 'hub/models--org--tiny/refs/main'), 'utf8')).toBe(COMMIT);
    expect(resolveModel('org/tiny', { env })).toMatchObject({ folder: pulled.folder, commit: COMMIT });
    expect(await verifyModel('org/tiny', { env })).toMatchObject({ checkedFiles: 3 });
    expect(listModels({ ...env, ASSAY_MODELS_DIR: temporaryFolder() })).toMatchObject([
      { name: 'org/tiny', licence: 'mit' },
    ]);
  });

  it('takes the number format asked for, and says which there are when it is not there', async () => {
    const { pull } = await place();
    expect((await pull('org/tiny', { dtype: 'fp32' })).dtype).toBe('fp32');
    await expect(pull('org/tiny', { dtype: 'q4' })).rejects.toMatchObject({
      code: 'MODEL_FILES_MISSING',
      hint: 'It has onnx/model.onnx, onnx/model_quantized.onnx.',
    });
  });

  it('tells the size before the first byte of weights, then every step up to it', async () => {
    const { pull } = await place();
    const events: string[] = [];
    const done: number[] = [];
    const pulled = await pull('org/tiny', {
      hooks: {
        onStart: ({ totalBytes }) => events.push(`start ${totalBytes}`),
        onProgress: ({ doneBytes }) => {
          events.push('progress');
          done.push(doneBytes);
        },
      },
    });
    expect(events[0]).toBe(`start ${pulled.totalBytes}`);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(pulled.totalBytes);
  });

  it('goes on where a cut connection stopped', async () => {
    const { hub, pull } = await place();
    hub.mishaps.set('onnx/model_quantized.onnx', [
      { kind: 'cut', afterBytes: 100_000 },
      { kind: 'cut', afterBytes: 50_000 },
    ]);
    const pulled = await pull();
    expect(readFileSync(join(pulled.folder, 'onnx/model_quantized.onnx'), 'utf8')).toBe(WEIGHTS);
    const ranges = hub.downloads.filter(({ path }) => path.includes('quantized')).map(({ range }) => range);
    expect(ranges).toEqual([undefined, 'bytes=100000-', 'bytes=150000-']);
  });

  it('goes on where an earlier, given-up pull stopped, and shows no snapshot until it is whole', async () => {
    const { hub, env, pull } = await place();
    const cuts = [200_000, 0, 0, 0, 0, 0].map((afterBytes) => ({ kind: 'cut' as const, afterBytes }));
    hub.mishaps.set('onnx/model_quantized.onnx', cuts);
    await expect(pull()).rejects.toMatchObject({
      code: 'MODEL_DOWNLOAD',
      message: expect.stringContaining('keeps breaking off'),
    });
    expect(() => resolveModel('org/tiny', { env })).toThrow(/no model/);
    hub.mishaps.clear();
    hub.downloads.length = 0;
    const started: number[] = [];
    await pull('org/tiny', { hooks: { onStart: ({ doneBytes }) => started.push(doneBytes) } });
    expect(started[0]).toBeGreaterThanOrEqual(200_000);
    expect(hub.downloads).toEqual([{ path: 'onnx/model_quantized.onnx', range: 'bytes=200000-' }]);
  });

  it('starts a file again when the server ignores the range', async () => {
    const { hub, pull } = await place();
    hub.mishaps.set('onnx/model_quantized.onnx', [{ kind: 'cut', afterBytes: 100_000 }, { kind: 'ignore_range' }]);
    const pulled = await pull();
    expect(readFileSync(join(pulled.folder, 'onnx/model_quantized.onnx'), 'utf8')).toBe(WEIGHTS);
  });

  it('fetches a file again when its bytes are wrong, and gives up when they are wrong again', async () => {
    const { hub, env, pull } = await place();
    hub.mishaps.set('onnx/model_quantized.onnx', [{ kind: 'corrupt' }, { kind: 'corrupt' }, { kind: 'corrupt' }]);
    await expect(pull()).rejects.toMatchObject({
      code: 'MODEL_CHECKSUM',
      message: expect.stringContaining('org/tiny/onnx/model_quantized.onnx'),
    });
    expect(blobsOf(env).filter((name) => name.endsWith('.incomplete'))).toEqual([]);
    await expect(pull()).resolves.toMatchObject({ dtype: 'q8' });
  });

  it('checks small files by their git id', async () => {
    const { hub, pull } = await place();
    hub.mishaps.set('tokenizer.json', [{ kind: 'corrupt' }, { kind: 'corrupt' }]);
    await expect(pull()).rejects.toMatchObject({
      code: 'MODEL_CHECKSUM',
      message: expect.stringContaining('tokenizer.json'),
    });
  });

  it('brings nothing twice', async () => {
    const { hub, pull } = await place();
    await pull();
    hub.downloads.length = 0;
    await pull();
    expect(hub.downloads).toEqual([]);
  });

  it('tries again after 429 and 503, and gives up after five', async () => {
    const { hub, pull } = await place();
    hub.mishaps.set('api', [
      { kind: 'status', status: 429 },
      { kind: 'status', status: 503 },
    ]);
    await expect(pull()).resolves.toMatchObject({ commit: COMMIT });
    hub.mishaps.set('api', Array(5).fill({ kind: 'status', status: 503 }));
    await expect(pull()).rejects.toMatchObject({ code: 'MODEL_DOWNLOAD', message: expect.stringContaining('503') });
  });

  it('pins a revision by commit, by branch and by name@revision', async () => {
    const { env, pull } = await place({ ...MODEL, revisions: ['main', 'refs/pr/1'] });
    expect((await pull(`org/tiny@${COMMIT}`)).commit).toBe(COMMIT);
    expect(existsSync(join(env.HF_HOME!, 'hub/models--org--tiny/refs'))).toBe(false);
    await pull('org/tiny', { revision: 'refs/pr/1' });
    expect(readFileSync(join(env.HF_HOME!, 'hub/models--org--tiny/refs/refs/pr/1'), 'utf8')).toBe(COMMIT);
    await expect(pull('org/tiny@v9')).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringContaining('v9'),
    });
  });

  it('says what is wrong with a name that the hub does not know', async () => {
    const { pull } = await place();
    await expect(pull('org/none')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    await expect(pull('a/b/c')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND', hint: 'Write it as org/name.' });
  });

  it('sends the token to the hub alone, and never prints it', async () => {
    const { hub, env, pull } = await place();
    hub.token = 'hf_secret';
    const refused = await pull().catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'MODEL_DOWNLOAD', hint: expect.stringContaining('HF_TOKEN') });
    const wrong = await pull('org/tiny', { env: { ...env, HF_TOKEN: 'hf_wrong' } }).catch((error: Error) => error);
    expect(JSON.stringify([String(wrong), (wrong as unknown as { toData(): unknown }).toData()])).not.toContain(
      'hf_wrong',
    );
    await pull('org/tiny', { env: { ...env, HF_TOKEN: 'hf_secret' } });
    expect(new Set(hub.seenTokens.cdn)).toEqual(new Set([undefined]));
    expect(hub.seenTokens.hub).toContain('Bearer hf_secret');
  });

  it('reads the token that a login left beside the cache', async () => {
    const { hub, env, pull } = await place();
    hub.token = 'hf_login';
    writeFileSync(join(env.HF_HOME!, 'token'), 'hf_login\n');
    await expect(pull()).resolves.toMatchObject({ commit: COMMIT });
  });

  it('says that a hub cannot be reached, with its host', async () => {
    const { hub, pull } = await place();
    await hub.stop();
    await expect(pull()).rejects.toMatchObject({
      code: 'MODEL_DOWNLOAD',
      message: expect.stringContaining('127.0.0.1'),
    });
  });

  it('says that an endpoint is no hub', async () => {
    const { hub, pull } = await place();
    hub.mishaps.set('api', [{ kind: 'status', status: 200 }]);
    await expect(pull()).rejects.toMatchObject({
      code: 'MODEL_DOWNLOAD',
      hint: expect.stringContaining('HF_ENDPOINT'),
    });
  });

  it('stops with the reason of its signal', async () => {
    const { pull } = await place();
    const stop = new AbortController();
    const pulling = pull('org/tiny', {
      signal: stop.signal,
      hooks: { onStart: () => stop.abort(new Error('enough')) },
    });
    await expect(pulling).rejects.toThrow('enough');
  });

  it('refuses a model without ONNX weights, naming where to look', async () => {
    const files = { 'config.json': '{"model_type":"llama"}', 'model.safetensors': 'x' };
    const { pull } = await place({ commit: COMMIT, files });
    await expect(pull()).rejects.toMatchObject({
      code: 'MODEL_FILES_MISSING',
      hint: expect.stringContaining('onnx-community/tiny-ONNX'),
    });
  });

  it('lets two pulls of one model run side by side', async () => {
    const { pull } = await place();
    const [one, two] = await Promise.all([pull(), pull()]);
    expect(one!.folder).toBe(two!.folder);
    expect(readFileSync(join(one!.folder, 'onnx/model_quantized.onnx'), 'utf8')).toBe(WEIGHTS);
  });
});

describe('offline', () => {
  it('answers from the cache and asks nothing of the network', async () => {
    const { hub, env, pull } = await place();
    const pulled = await pull();
    await hub.stop();
    const offline = await pull('org/tiny', { env: { ...env, HF_HUB_OFFLINE: '1' } });
    expect(offline).toMatchObject({ folder: pulled.folder, totalBytes: pulled.totalBytes });
  });

  it('says that nothing of a model is here', async () => {
    const { hub, env, pull } = await place();
    await expect(pull('org/tiny', { env: { ...env, HF_HUB_OFFLINE: 'true' } })).rejects.toMatchObject({
      code: 'MODEL_DOWNLOAD',
      message: expect.stringContaining('lacks org/tiny@main'),
    });
    expect(hub.seenTokens.hub).toEqual([]);
  });

  it('says exactly which bytes of an interrupted pull are missing', async () => {
    const { hub, env, pull } = await place();
    hub.mishaps.set(
      'onnx/model_quantized.onnx',
      [200_000, 0, 0, 0, 0, 0].map((afterBytes) => ({ kind: 'cut' as const, afterBytes })),
    );
    await expect(pull()).rejects.toMatchObject({ code: 'MODEL_DOWNLOAD' });
    await expect(pull('org/tiny', { env: { ...env, HF_HUB_OFFLINE: '1' } })).rejects.toMatchObject({
      message: expect.stringMatching(/lacks org\/tiny: onnx\/model_quantized\.onnx \(100 kB\)$/),
      hint: expect.stringContaining('assay models pull org/tiny'),
    });
  });
});

describe('removeModel', () => {
  it('frees what a pull brought', async () => {
    const { env, pull } = await place();
    await pull();
    const { freedBytes } = await removeModel('org/tiny', { env });
    expect(freedBytes).toBeGreaterThan(300_000);
    expect(readdirSync(join(env.HF_HOME!, 'hub'))).toEqual([]);
    await expect(removeModel('org/tiny', { env })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });

  it('never removes an embedded model', async () => {
    const env = { HF_HOME: temporaryFolder() };
    await expect(removeModel('tox-block-bilstm', { env })).rejects.toMatchObject({ code: 'USAGE' });
    expect(resolveModel('tox-block-bilstm', { env }).source).toBe('embedded');
  });
});
