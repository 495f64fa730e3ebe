import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EMBEDDED_MODEL } from '../test/embedded-model.ts';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { writeTinyLanguageModel } from '../test/tiny-language-model.ts';
import { createClassifierRunner } from './classifiers/classifier-runner.ts';
import { createEncoderRunner } from './encoders/encoder-runner.ts';
import { readCausalFolder } from './generation/causal-folder.ts';
import { TextCodec } from './generation/text-codec.ts';
import { createLocalRunner } from './local-runner.ts';
import { cacheRoom, memoryEstimate } from './worker/memory-estimate.ts';

describe('a model folder that is not right', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-model-'));
    mkdirSync(join(folder, 'onnx'));
    for (const file of ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json']) {
      cpSync(join(EMBEDDED_MODEL, file), join(folder, file));
    }
    for (const file of ['slim_q4.onnx', 'model_q4.onnx_data']) {
      symlinkSync(join(EMBEDDED_MODEL, 'onnx', file), join(folder, 'onnx', file));
    }
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = (options = {}) => createLocalRunner({ model: folder, workers: 1, digest: 'x', ...options });
  const edit = (file: string, change: (json: Record<string, unknown>) => void) => {
    const json = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>;
    change(json);
    writeFileSync(join(folder, file), JSON.stringify(json));
  };

  it('that does not exist is MODEL_NOT_FOUND', async () => {
    await expect(createLocalRunner({ model: join(folder, 'nowhere') })).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
    });
  });

  it.each(['config.json', 'tokenizer.json', 'tokenizer_config.json'])(
    'without %s is MODEL_FILES_MISSING',
    async (file) => {
      rmSync(join(folder, file));
      await expect(open()).rejects.toMatchObject({
        code: 'MODEL_FILES_MISSING',
        message: expect.stringContaining(file),
      });
    },
  );

  it('without weights is MODEL_FILES_MISSING', async () => {
    rmSync(join(folder, 'onnx', 'slim_q4.onnx'));
    await expect(open()).rejects.toMatchObject({ code: 'MODEL_FILES_MISSING', at: { file: folder } });
  });

  it('whose graph is damaged is MODEL_LOAD and names the file', async () => {
    const graph = join(folder, 'onnx', 'slim_q4.onnx');
    rmSync(graph);
    writeFileSync(graph, readFileSync(join(EMBEDDED_MODEL, 'onnx', 'slim_q4.onnx')).subarray(0, 1000));
    await expect(open()).rejects.toMatchObject({ code: 'MODEL_LOAD', at: { file: graph } });
  });

  it('whose weights are cut short is MODEL_LOAD', async () => {
    const weights = join(folder, 'onnx', 'model_q4.onnx_data');
    rmSync(weights);
    writeFileSync(weights, Buffer.alloc(1000));
    await expect(open()).rejects.toMatchObject({ code: 'MODEL_LOAD' });
  });

  it('whose config is not JSON is MODEL_LOAD', async () => {
    writeFileSync(join(folder, 'config.json'), '{');
    await expect(open()).rejects.toMatchObject({ code: 'MODEL_LOAD', message: expect.stringContaining('config.json') });
  });

  it('whose tokenizer knows more tokens than the weights is MODEL_LOAD', async () => {
    edit('config.json', (json) => {
      json.vocab_size = 40_000;
    });
    await expect(open()).rejects.toMatchObject({ code: 'MODEL_LOAD', message: expect.stringContaining('49151') });
  });

  it('may have special tokens behind the vocabulary, as for pictures', async () => {
    edit('tokenizer.json', (json) => {
      const tokens = json.added_tokens as object[];
      tokens.push({ ...tokens[0], id: 49_152, content: '<image>' });
    });
    await expect(TextCodec.load(readCausalFolder(folder))).resolves.toBeInstanceOf(TextCodec);
  });

  it('whose graph gives fewer logits than its config has tokens is MODEL_LOAD', async () => {
    const tiny = join(folder, 'tiny');
    mkdirSync(tiny);
    writeTinyLanguageModel(tiny, 'gpt2', { 'onnx/model.onnx': 'positions.onnx' }, { vocab_size: 50 });
    await expect(createLocalRunner({ model: tiny, workers: 1, digest: 'x' })).rejects.toMatchObject({
      code: 'MODEL_LOAD',
      message: expect.stringMatching(/48 logits.*vocab_size 50/),
      at: { file: join(tiny, 'onnx', 'model.onnx') },
    });
  });

  it('whose chat template refuses a conversation is PROMPT_TEMPLATE', async () => {
    edit('tokenizer_config.json', (json) => {
      json.chat_template = "{{ raise_exception('no system role') }}";
    });
    const codec = await TextCodec.load(readCausalFolder(folder));
    const prompt = { id: 'a', text: 'Hi', messages: [{ role: 'user' as const, content: 'Hi' }] };
    expect(() => codec.promptTokens(prompt)).toThrow(
      expect.objectContaining({ code: 'PROMPT_TEMPLATE', message: expect.stringContaining('no system role') }),
    );
  });

  it('that needs more memory than there is, is MODEL_MEMORY before anything is loaded', () => {
    const { graph, graphs, externalData } = readCausalFolder(folder);
    const need = { graph, files: [...graphs, ...externalData], workers: 4, smallestCache: 2 ** 20 };
    expect(() => cacheRoom(need, 100 * 2 ** 20)).toThrow(
      expect.objectContaining({ code: 'MODEL_MEMORY', hint: expect.stringContaining('fewer workers') }),
    );
    const estimate = memoryEstimate(need);
    // What is left, and what the estimate counted for the smallest cache.
    expect(cacheRoom(need, estimate + 2 ** 20)).toBe(5 * 2 ** 20);
  });

  it('is counted with its weights unpacked where they are, and with the making of them where they are not yet', () => {
    const { graph, graphs, externalData } = readCausalFolder(folder);
    const unpacked = join(temporaryFolder(), 'unpacked');
    const need = { graph, files: [...graphs, ...externalData], workers: 1 };
    const making = memoryEstimate({ ...need, unpacked });
    expect(making).toBeGreaterThan(memoryEstimate(need));
    mkdirSync(unpacked);
    writeFileSync(join(unpacked, 'weights.bin'), new Uint8Array(3 * 2 ** 20));
    const base = memoryEstimate({ ...need, files: [] });
    expect(memoryEstimate({ ...need, unpacked })).toBe(base + 3 * 2 ** 20);
    expect(() => cacheRoom({ ...need, unpacked }, 2 ** 20)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('unpack') }),
    );
  });

  it('that is above the limit set for it is MODEL_MEMORY', async () => {
    const memoryLimitBytes = 50 * 2 ** 20;
    await expect(open({ memoryLimitBytes })).rejects.toMatchObject({ code: 'MODEL_MEMORY' });
    const few = { memoryLimitBytes };
    await expect(createEncoderRunner({ model: 'all-MiniLM-L6-v2', ...few })).rejects.toMatchObject({
      code: 'MODEL_MEMORY',
    });
    await expect(createClassifierRunner({ model: 'tox-block-bilstm', ...few })).rejects.toMatchObject({
      code: 'MODEL_MEMORY',
    });
  });
});
