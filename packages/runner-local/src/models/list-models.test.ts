import { appendFileSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BERT_FILES, writeModel } from '../../test/small-model.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { listModels, showModel } from './list-models.ts';
import { modelDigest } from './model-digest.ts';
import { requireModelFiles } from './model-files.ts';
import { modelKind } from './model-kind.ts';

describe('listModels', () => {
  it('lists the embedded models with kind, size and licence', () => {
    const models = listModels({ HF_HOME: temporaryFolder() });
    expect(models.map(({ name, kind, licence }) => [name, kind, licence])).toEqual([
      ['SmolLM2-135M-Instruct', 'causal', 'Apache-2.0'],
      ['all-MiniLM-L6-v2', 'encoder', 'Apache-2.0'],
      ['tox-block-bilstm', 'classifier', 'MIT'],
    ]);
    expect(models[0]!.sizeBytes).toBeGreaterThan(96e6);
  });

  it('lists models of the hub cache with the licence of their card, and leaves out those without weights', () => {
    const home = temporaryFolder();
    const at = (name: string, commit: string) => join(home, 'hub', name, 'snapshots', commit);
    const card = '---\nlanguage: en\nlicense: mit\n---\n# Card';
    writeModel(at('models--org--tiny', 'c'.repeat(40)), { ...BERT_FILES, 'README.md': card }, { sums: false });
    writeModel(at('models--org--torch', 'd'.repeat(40)), { 'config.json': '{}', 'model.safetensors': 'x' });
    const models = listModels({ HF_HOME: home, ASSAY_MODELS_DIR: temporaryFolder() });
    expect(models.map(({ name, licence, source }) => [name, licence, source])).toEqual([['org/tiny', 'mit', 'hub']]);
  });
});

describe('showModel', () => {
  it('shows provenance, files and the digest that the runner id carries', async () => {
    const model = await showModel('tox-block-bilstm');
    expect(model.provenance).toContain('tox-block 0.1.2 (MIT)');
    expect(model.files.map(({ path }) => path)).toContain('onnx/model.onnx');
    expect(model.digest).toBe(await modelDigest(model.folder, ['onnx/model.onnx']));
  });
});

describe('a model that cannot be run', () => {
  it('is shown without a digest', async () => {
    const folder = temporaryFolder();
    writeModel(folder, { 'config.json': '{"architectures":["GPT2LMHeadModel"]}', 'onnx/vision.onnx': 'x' });
    expect(await showModel(folder)).toMatchObject({ digest: null, kind: 'causal', files: { length: 3 } });
  });
});

describe('modelDigest', () => {
  it('is the same for the same bytes elsewhere, whatever else lies beside them', async () => {
    const [one, two] = [temporaryFolder(), temporaryFolder()];
    const env = { ASSAY_CACHE: temporaryFolder() };
    writeModel(one, BERT_FILES);
    cpSync(one, two, { recursive: true });
    appendFileSync(join(two, 'README.md'), 'a note');
    const digest = (folder: string) => modelDigest(folder, ['onnx/model.onnx'], { env });
    expect(await digest(two)).toBe(await digest(one));
    appendFileSync(join(two, 'tokenizer.json'), ' ');
    expect(await digest(two)).not.toBe(await digest(one));
  });

  it('is that of the weights in use: another number format beside them changes nothing, their own data does', async () => {
    const folder = temporaryFolder();
    const env = { ASSAY_CACHE: temporaryFolder() };
    const digest = (graph: string) => modelDigest(folder, [graph], { env });
    writeModel(folder, { ...BERT_FILES, 'onnx/model.onnx': 'weights in model.onnx_data', 'onnx/model.onnx_data': 'w' });
    const before = await digest('onnx/model.onnx');
    expect(await digest(join(folder, 'onnx/model.onnx'))).toBe(before);
    writeModel(folder, { 'onnx/model_q4.onnx': 'weights in model_q4.onnx_data', 'onnx/model_q4.onnx_data': 'w' });
    expect(await digest('onnx/model.onnx')).toBe(before);
    expect(await digest('onnx/model_q4.onnx')).not.toBe(before);
    appendFileSync(join(folder, 'onnx/model.onnx_data'), ' ');
    expect(await digest('onnx/model.onnx')).not.toBe(before);
  });
});

describe('requireModelFiles', () => {
  it.each([
    ['config.json', {}, 'has no config.json'],
    ['weights', { 'config.json': '{}' }, 'has no ONNX weights'],
    ['ONNX', { 'config.json': '{}', 'model.safetensors': 'x' }, 'it has model.safetensors, which is another format'],
    [
      'fetched weights',
      { 'config.json': '{}', 'onnx/model.onnx': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\n' },
      'is a Git LFS pointer',
    ],
  ])('refuses a folder without %s', (_, files, message) => {
    const folder = temporaryFolder();
    writeModel(folder, files as Record<string, string>, { sums: false });
    expect(() => requireModelFiles(folder)).toThrow(
      expect.objectContaining({ code: 'MODEL_FILES_MISSING', message: expect.stringContaining(message) }),
    );
  });

  it('refuses a config that is not JSON', async () => {
    const folder = temporaryFolder();
    writeModel(folder, BERT_FILES);
    writeFileSync(join(folder, 'config.json'), '{"model_type":');
    await expect(showModel(folder)).rejects.toMatchObject({ code: 'MODEL_LOAD' });
  });
});

describe('modelKind', () => {
  it.each([
    ['causal', { model_type: 'llama', architectures: ['LlamaForCausalLM'] }],
    ['causal', { model_type: 'gpt2', architectures: ['GPT2LMHeadModel'] }],
    ['causal', { model_type: 'qwen3' }],
    ['encoder', { model_type: 'bert', architectures: ['BertModel'] }],
    ['encoder', { model_type: 'roberta', architectures: ['RobertaForMaskedLM'] }],
    ['encoder', { model_type: 'xlm-roberta' }],
    ['classifier', { model_type: 'bert', architectures: ['BertForSequenceClassification'] }],
    ['classifier', { model_type: 'distilbert', id2label: { 0: 'NEGATIVE', 1: 'POSITIVE' } }],
    ['encoder', { model_type: 'distilbert', id2label: { 0: 'LABEL_0', 1: 'LABEL_1' } }],
    ['seq2seq', { model_type: 't5', architectures: ['T5ForConditionalGeneration'], is_encoder_decoder: true }],
    ['classifier', { model_type: 'bart', architectures: ['BartForSequenceClassification'], is_encoder_decoder: true }],
  ] as const)('reads %s from %j', (kind, config) => {
    expect(modelKind(config)).toBe(kind);
  });
});
