import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EMBEDDED_MODEL } from '../../test/embedded-model.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { TINY_LLAMA, type TinyLlama, tinyLlamaConfig } from '../../test/tiny-llama.ts';
import { type TinyFormat, writeTinyLlama } from '../../test/tiny-llama-export.ts';
import { openCausalModel } from '../layouts/open-causal-model.ts';
import { verifyModel } from '../models/verify-model.ts';
import { addsPairsNarrowly } from '../runtime/integer-units.ts';
import type { ModelSpec } from '../worker/messages.ts';
import { convertModel } from './convert-model.ts';

interface Reference {
  readonly prompts: readonly { readonly promptTokens: readonly number[]; readonly tokens: readonly number[] }[];
}

const fixture = fileURLToPath(new URL('../../fixtures/greedy-reference.json', import.meta.url));
const reference = JSON.parse(readFileSync(fixture, 'utf8')) as Reference;

/** How many of the reference's prompts are read: each costs CPU seconds. */
const PROMPTS = 4;

/** Choices and log-probabilities at each token of a reference answer, all prompts in one batch. */
async function answers(graph: string) {
  const cache = { layers: 30, heads: 3, headSize: 64 };
  const spec: ModelSpec = {
    ...{ name: 'embedded', graph, cache, vocabularySize: 49_152 },
    ...{ contextLength: 8192 },
  };
  const model = await openCausalModel(spec);
  onTestFinished(() => model.close());
  const texts = reference.prompts.slice(0, PROMPTS);
  const rows = texts.map(({ promptTokens, tokens }) => ({
    ...{ past: 0, pastLength: 0, store: -1 },
    tokens: [...promptTokens, ...tokens.slice(0, -1)],
  }));
  const wanted = texts.flatMap(({ promptTokens, tokens }, row) =>
    tokens.map((target, at) => ({ row, position: promptTokens.length + at - 1, target })),
  );
  return model.step(model.createCache(), rows, wanted, 1);
}

describe('the embedded model, converted from its standard export', () => {
  it('gives the reference’s greedy tokens, and the committed slim graph’s log-probabilities', async () => {
    const output = join(temporaryFolder(), 'converted');
    const { format, check } = await convertModel(EMBEDDED_MODEL, { output });
    expect(format).toBe('q4');
    expect(check).toMatchObject({ sameChoices: check!.tokens });
    expect(check!.largestDifference).toBeLessThan(1e-4);
    const found = await answers(join(output, 'onnx', 'slim_q4.onnx'));
    const expected = await answers(join(EMBEDDED_MODEL, 'onnx', 'slim_q4.onnx'));
    expect([...found.topIds]).toEqual(reference.prompts.slice(0, PROMPTS).flatMap(({ tokens }) => tokens));
    found.targetLogProbabilities.forEach((value, at) => {
      expect(Math.abs(value - expected.targetLogProbabilities[at]!)).toBeLessThan(1e-4);
    });
  }, 300_000);
});

/** A model folder with a tiny llama in it. */
async function tinyFolder(
  changes: Partial<TinyLlama> = {},
  config: object = {},
  format: TinyFormat = 'fp32',
): Promise<string> {
  const folder = join(temporaryFolder(), 'tiny');
  mkdirSync(join(folder, 'onnx'), { recursive: true });
  const model = { ...TINY_LLAMA, ...changes };
  await writeTinyLlama(join(folder, 'onnx', 'model.onnx'), model, 'sdpa', format);
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...tinyLlamaConfig(model), ...config }));
  writeFileSync(join(folder, 'tokenizer.json'), '{}');
  writeFileSync(join(folder, 'LICENSE'), 'Do as you like.');
  writeFileSync(join(folder, 'notes.txt'), 'not part of the model');
  return folder;
}

describe('the folder that a conversion makes', () => {
  it('holds weights, tokenizer, configs, licence, provenance and checksums that hold', async () => {
    const folder = await tinyFolder();
    const seen: number[] = [];
    const onProgress = ({ doneBytes, totalBytes }: { doneBytes: number; totalBytes: number }) =>
      seen.push(doneBytes / totalBytes);
    const output = `${folder}-slim`;
    const made = await convertModel(folder, { output, hooks: { onProgress } });
    expect(made).toMatchObject({ folder: output, format: 'fp32' });
    const files = ['LICENSE', 'SHA256SUMS', 'config.json', 'onnx', 'provenance.md', 'tokenizer.json'];
    expect(readdirSync(output).sort()).toEqual(files);
    expect(readdirSync(join(output, 'onnx')).sort()).toEqual(['slim_fp32.onnx', 'slim_fp32.onnx_data']);
    expect(await verifyModel(output, { fresh: true })).toMatchObject({ checkedFiles: 6 });
    expect(readFileSync(join(output, 'LICENSE'), 'utf8')).toBe('Do as you like.');
    expect(readFileSync(join(output, 'provenance.md'), 'utf8')).toMatch(
      /from tiny \(sha256 of its files \w{64}\), onnx\/model\.onnx/,
    );
    expect(seen.at(-1)).toBeGreaterThan(0.9);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('is made of 8-bit products on every processor, and compared where the export’s own sums are right', async () => {
    const made = await convertModel(await tinyFolder({}, {}, 'q8'), { output: join(temporaryFolder(), 'slim') });
    expect(made.format).toBe('q8');
    expect(made.check === null).toBe(addsPairsNarrowly());
  });

  it('is never written over', async () => {
    const folder = await tinyFolder();
    const output = `${folder}-slim`;
    mkdirSync(output);
    await expect(convertModel(folder, { output })).rejects.toMatchObject({ code: 'USAGE' });
    expect(readdirSync(output)).toEqual([]);
  });

  it('leaves nothing behind when the conversion is stopped', async () => {
    const folder = await tinyFolder();
    const stop = new AbortController();
    const hooks = { onCheck: () => stop.abort(new Error('stopped')) };
    const options = { output: `${folder}-slim`, hooks, signal: stop.signal };
    await expect(convertModel(folder, options)).rejects.toThrow('stopped');
    expect(readdirSync(join(folder, '..'))).toEqual(['tiny']);
  });
});

describe('a model that cannot be converted', () => {
  const cases: Record<string, readonly [config: object, message: RegExp]> = {
    'of another architecture': [{ model_type: 'mamba' }, /the architecture mamba is not one of llama/],
    'whose positions depend on the length': [{ rope_scaling: { rope_type: 'longrope' } }, /rope_scaling "longrope"/],
    'whose config does not fit its graph': [{ num_hidden_layers: 3 }, /has 2 inputs past_key_values.N.key/],
    'whose heads are not what its config says': [
      { num_key_value_heads: 4 },
      /has 2 key heads of 16, and config.json says 4/,
    ],
  };
  for (const [name, [config, message]] of Object.entries(cases)) {
    it(`is refused with the reason, and leaves nothing behind: ${name}`, async () => {
      const folder = await tinyFolder({}, config);
      const failure = convertModel(folder, { output: `${folder}-slim` });
      await expect(failure).rejects.toMatchObject({
        code: 'MODEL_UNSUPPORTED',
        message: expect.stringMatching(message),
        hint: expect.stringContaining('the plain way'),
      });
      expect(readdirSync(join(folder, '..'))).toEqual(['tiny']);
    });
  }

  it('is told apart from one whose weights are cut off or gone', async () => {
    const cut = await tinyFolder();
    const data = join(cut, 'onnx', 'model.onnx_data');
    truncateSync(data, 5000);
    await expect(convertModel(cut)).rejects.toMatchObject({ code: 'MODEL_LOAD' });
    const graph = await tinyFolder();
    truncateSync(join(graph, 'onnx', 'model.onnx'), 5000);
    await expect(convertModel(graph)).rejects.toMatchObject({ code: 'MODEL_LOAD' });
    expect(existsSync('tiny-slim')).toBe(false);
  });

  it('may name no data outside its folder', async () => {
    const folder = await tinyFolder();
    const graph = join(folder, 'onnx', 'model.onnx');
    const bytes = readFileSync(graph).toString('latin1').replaceAll('model.onnx_data', '../../etc/hosts');
    writeFileSync(graph, Buffer.from(bytes, 'latin1'));
    await expect(convertModel(folder)).rejects.toMatchObject({
      code: 'MODEL_LOAD',
      message: expect.stringContaining('outside the model'),
    });
  });

  it('that is converted already is told so', async () => {
    const folder = await tinyFolder();
    const slim = `${folder}-slim`;
    await convertModel(folder, { output: slim, check: false });
    await expect(convertModel(slim, { output: `${folder}-again` })).rejects.toMatchObject({
      message: expect.stringContaining('slim_fp32.onnx'),
    });
  });
});
