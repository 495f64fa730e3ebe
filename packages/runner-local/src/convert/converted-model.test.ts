import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GenerateOptions, Runner, RunnerWith } from '@assay/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startHub } from '../../test/hub-server.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { writeTinyGguf } from '../../test/tiny-gguf.ts';
import { TINY_LLAMA, tinyWeights } from '../../test/tiny-llama.ts';
import { listPrepacked, prunePrepacked } from '../layouts/prepacked-models.ts';
import { convertedNames } from '../models/converted-folder.ts';
import { openLocalModel, prepareOrPull } from '../open-local-model.ts';

const { bpe } = JSON.parse(readFileSync(new URL('../../fixtures/gguf/tokenizers.json', import.meta.url), 'utf8')) as {
  readonly bpe: { readonly tokens: string[]; readonly kinds: number[]; readonly merges: string[] };
};
const MODEL = { ...TINY_LLAMA, feedForward: 64, vocabulary: bpe.tokens.length };
const TEMPLATE = "{% for m in messages %}<|im_start|>{{ m['content'] }}<|im_end|>{% endfor %}";

/** A GGUF file with all that a run needs. */
function writeWhole(path: string): string {
  const tokenizer = { token_type: bpe.kinds, merges: bpe.merges, model: 'gpt2', pre: 'qwen2', bos_token_id: 1 };
  const extra = Object.fromEntries(Object.entries(tokenizer).map(([key, value]) => [`tokenizer.ggml.${key}`, value]));
  const options = { packing: 'Q4_0', tables: 'Q8_0', tokens: bpe.tokens } as const;
  const own = { ...extra, 'tokenizer.chat_template': TEMPLATE };
  writeTinyGguf(path, MODEL, tinyWeights(MODEL), { ...options, extra: own });
  return path;
}

async function answers(runner: Runner, options: GenerateOptions = { maxNewTokens: 6 }): Promise<string[]> {
  const prompts = ['Hello, world!', 'one two'].map((text, id) => ({ id: `${id}`, text, seed: id }));
  const found: string[] = [];
  for await (const answer of runner.generate!([...prompts], options)) {
    if (!answer.ok) throw new Error(answer.error.message);
    found[Number(answer.id)] = answer.text;
  }
  return found;
}

async function open(name: string, env: NodeJS.ProcessEnv, phases: string[] = []): Promise<RunnerWith<'close'>> {
  const hooks = { onLoad: ({ phase }: { readonly phase: string }) => void phases.push(phase) };
  const runner = await openLocalModel(name, { causal: { workers: 1 }, env, hooks });
  onTestFinished(() => runner.close());
  return runner;
}

describe('a GGUF file as a model', () => {
  it('runs with nothing beside it, and is converted once', async () => {
    const env = { ASSAY_CACHE: temporaryFolder() };
    const gguf = writeWhole(join(temporaryFolder(), 'tiny.gguf'));
    const [first, again]: [string[], string[]] = [[], []];
    const runner = await open(gguf, env, first);
    expect(runner.id).toMatch(/^local:tiny\.gguf@sha256:\w{64}$/);
    const found = await answers(runner);
    expect(new Set(found).size).toBe(2);
    const second = await open(gguf, env, again);
    expect(await answers(second)).toEqual(found);
    expect(second.id).toBe(runner.id);
    expect([first.includes('convert'), again.includes('convert')]).toEqual([true, false]);
  });

  it('is listed among the kept weights, and goes with them', async () => {
    const env = { ASSAY_CACHE: temporaryFolder() };
    const { folder } = await prepareOrPull(writeWhole(join(temporaryFolder(), 'tiny.gguf')), { env });
    const [kept, ...others] = listPrepacked(env);
    expect(others).toEqual([]);
    expect(kept).toMatchObject({ model: 'tiny.gguf', folder });
    expect(kept!.bytes).toBeGreaterThan(50_000);
    expect(await prunePrepacked({ before: Date.now() - 60_000 }, env)).toEqual([]);
    expect(await prunePrepacked({ maxBytes: 1000 }, env)).toEqual([kept]);
    expect(existsSync(folder)).toBe(false);
  });

  it('is made again where its conversion was damaged', async () => {
    const env = { ASSAY_CACHE: temporaryFolder() };
    const gguf = writeWhole(join(temporaryFolder(), 'tiny.gguf'));
    const { folder, digest } = await prepareOrPull(gguf, { env });
    writeFileSync(join(folder, 'config.json'), '{}');
    expect(await prepareOrPull(gguf, { env })).toMatchObject({ folder, digest });
    expect(readFileSync(join(folder, 'config.json'), 'utf8')).toContain('llama');
  });

  it('is found in the hub’s cache by the model’s id and its own name, in shards too', async () => {
    const env = { ASSAY_CACHE: temporaryFolder(), HF_HUB_CACHE: temporaryFolder(), HF_HUB_OFFLINE: '1' };
    const snapshot = join(env.HF_HUB_CACHE, 'models--org--tiny-GGUF', 'snapshots', 'a'.repeat(40));
    mkdirSync(snapshot, { recursive: true });
    writeWhole(join(snapshot, 'tiny-Q4_0.gguf'));
    const found = await prepareOrPull('org/tiny-GGUF/tiny-Q4_0.gguf', { env });
    expect(found.id).toMatch(/^local:org\/tiny-GGUF\/tiny-Q4_0\.gguf@sha256:/);
    const missing = prepareOrPull('org/tiny-GGUF/tiny-Q8_0.gguf', { env });
    await expect(missing).rejects.toMatchObject({ code: 'MODEL_DOWNLOAD' });
    renameSync(join(snapshot, 'tiny-Q4_0.gguf'), join(snapshot, 'tiny-00001-of-00002.gguf'));
    const shard = prepareOrPull(join(snapshot, 'tiny-00001-of-00002.gguf'), { env });
    await expect(shard).rejects.toMatchObject({
      code: 'MODEL_FILES_MISSING',
      message: expect.stringContaining('tiny-00002-of-00002.gguf is not beside'),
    });
  });

  it('is downloaded from a hub by the model’s id and its own name, and no other file of weights with it', async () => {
    const file = writeWhole(join(temporaryFolder(), 'tiny-Q4_0.gguf'));
    const [weights, other] = [readFileSync(file), Buffer.alloc(1000)];
    const files = { 'tiny-Q4_0.gguf': weights, 'tiny-Q8_0.gguf': other, 'README.md': '# tiny', 'config.json': '{}' };
    const hub = await startHub({ 'org/tiny-GGUF': { commit: 'b'.repeat(40), files } });
    const env = { ASSAY_CACHE: temporaryFolder(), HF_HOME: temporaryFolder(), HF_ENDPOINT: hub.endpoint };
    const runner = await open('org/tiny-GGUF/tiny-Q4_0.gguf', env);
    expect(await answers(runner)).toEqual(await answers(await open(file, { ASSAY_CACHE: temporaryFolder() })));
    expect(hub.downloads.map(({ path }) => path).filter((path) => path.endsWith('.gguf'))).toEqual(['tiny-Q4_0.gguf']);
    await hub.stop();
    // What is here needs no hub.
    expect(await answers(await open('org/tiny-GGUF/tiny-Q4_0.gguf', env))).toHaveLength(2);
  }, 180_000);

  it('that is not there is told so, and nothing is left in the cache of one that cannot be converted', async () => {
    const env = { ASSAY_CACHE: temporaryFolder() };
    await expect(prepareOrPull('./none.gguf', { env })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    const path = join(temporaryFolder(), 'words.gguf');
    writeFileSync(path, 'only words');
    await expect(prepareOrPull(path, { env })).rejects.toMatchObject({ code: 'MODEL_LOAD' });
    expect(convertedNames(env)).toEqual([]);
  });
});

describe('a folder of safetensors as a model', () => {
  const fixture = fileURLToPath(new URL('../../fixtures/families/gemma3/', import.meta.url));

  it('is converted on the way, its tokenizer taken along', async () => {
    const env = { ASSAY_CACHE: temporaryFolder() };
    const folder = join(temporaryFolder(), 'gemma');
    mkdirSync(folder);
    for (const file of ['config.json', 'model.safetensors']) copyFileSync(join(fixture, file), join(folder, file));
    writeFileSync(join(folder, 'tokenizer.json'), '{}');
    const found = await prepareOrPull(folder, { env });
    expect(found).toMatchObject({ name: 'gemma', graphs: ['onnx/slim_fp16.onnx'] });
    expect(existsSync(join(found.folder, 'tokenizer.json'))).toBe(true);
    expect(readdirSync(join(env.ASSAY_CACHE, 'converted'))).toHaveLength(1);
  });

  it('of an architecture that is no family is refused as before', async () => {
    const folder = temporaryFolder();
    copyFileSync(join(fixture, 'model.safetensors'), join(folder, 'model.safetensors'));
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ model_type: 'mamba' }));
    await expect(prepareOrPull(folder, { env: { ASSAY_CACHE: temporaryFolder() } })).rejects.toMatchObject({
      code: 'MODEL_FILES_MISSING',
      message: expect.stringContaining('has no ONNX weights'),
    });
  });
});
