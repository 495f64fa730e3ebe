import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { exportedDecoder } from '../../test/exported-decoder.ts';
import { BERT_FILES, writeModel } from '../../test/small-model.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { tinyText, writeTinyTokenizer } from '../../test/tiny-language-model.ts';
import { TINY_LLAMA, tinyLlamaConfig, tinyWeights } from '../../test/tiny-llama.ts';
import { writeTinyLlama } from '../../test/tiny-llama-export.ts';
import { slimFromExport } from '../convert/export/slim-from-export.ts';
import { requireSmallDrift } from '../convert/integer/require-small-drift.ts';
import { writeOnnx } from '../convert/onnx/write-onnx.ts';
import { createLocalRunner } from '../local-runner.ts';
import { describeLocalModel, openLocalModel } from '../open-local-model.ts';
import { addsPairsNarrowly, integerUnits, kernelSets } from '../runtime/integer-units.ts';
import { type Drift, parseDrift } from './drift.ts';
import { fastKey, fastNotes } from './fast-graph.ts';
import { prepackedFolder } from './prepacked-folder.ts';
import { listPrepacked } from './prepacked-models.ts';

const LLAMA = { ...TINY_LLAMA, vocabulary: 48 };

let folder: string;
let plain: string;
let env: NodeJS.ProcessEnv;

/** A tiny llama in the slim layout. */
beforeEach(async () => {
  folder = join(temporaryFolder(), 'tiny');
  env = { ...process.env, ASSAY_CACHE: temporaryFolder() };
  mkdirSync(join(folder, 'onnx'), { recursive: true });
  plain = join(temporaryFolder(), 'model.onnx');
  await writeTinyLlama(plain, LLAMA, 'sdpa', 'fp32');
  const { graph, nodes } = slimFromExport(plain, exportedDecoder(LLAMA));
  await writeOnnx(join(folder, 'onnx', 'slim_fp32.onnx'), graph, nodes);
  writeFileSync(join(folder, 'config.json'), JSON.stringify(tinyLlamaConfig(LLAMA)));
  writeTinyTokenizer(folder);
});

async function answer(more: object = {}): Promise<{ readonly texts: string[]; readonly made: number }> {
  let made = 0;
  const onLoad = ({ phase }: { readonly phase: string }): void => {
    if (phase === 'quantise') made++;
  };
  const runner = await createLocalRunner({
    model: folder,
    workers: 1,
    precision: 'fast',
    env,
    hooks: { onLoad },
    ...more,
  });
  onTestFinished(() => runner.close());
  const prompts = [[5, 6, 7], [9], [11, 12, 13, 14, 15]].map((ids, id) => ({ id: `${id}`, text: tinyText(...ids) }));
  const texts: string[] = [];
  for await (const one of runner.generate(prompts, { maxNewTokens: 12 })) {
    texts[Number(one.id)] = one.ok ? one.text : one.error.message;
  }
  return { texts, made };
}

describe('a prepared model', { timeout: 300_000 }, () => {
  it('is made again where a file of it is damaged, with the same answers', async () => {
    const first = await answer();
    expect(first.made).toBe(1);
    const { folder: prepared } = listPrepacked(env)[0]!;
    for (const file of ['graph.onnx_data', 'drift.json']) {
      truncateSync(join(prepared, file), 7);
      expect(await answer()).toEqual({ texts: first.texts, made: 1 });
    }
    expect(await answer()).toEqual({ texts: first.texts, made: 0 });
  });

  it('is of one machine and runtime: another makes its own', () => {
    const key = fastKey('tiny', 'digest');
    const own = prepackedFolder(key, env);
    expect(prepackedFolder({ ...key, cpu: 'another' }, env)).not.toBe(own);
    expect(prepackedFolder({ ...key, runtime: '0' }, env)).not.toBe(own);
    expect(prepackedFolder({ ...key, form: undefined }, env)).not.toBe(own);
  });

  it('has the id that is described before it is loaded', async () => {
    const options = { env, causal: { precision: 'fast' as const, workers: 1 } };
    const described = await describeLocalModel(folder, options);
    const runner = await openLocalModel(folder, options);
    onTestFinished(() => runner.close());
    expect(runner.id).toBe(described!.id);
    expect(runner.id).toMatch(/#precision=fast@\d+$/);
    expect((await describeLocalModel(folder, { env }))!.id).not.toContain('precision');
  });
});

describe('precision fast is refused', { timeout: 200_000 }, () => {
  const refused = async (more: object): Promise<unknown> => answer(more).catch((error: unknown) => error);

  it('together with unpack', async () => {
    expect(await refused({ unpack: true })).toMatchObject({ code: 'USAGE', message: expect.stringMatching(/unpack/) });
  });

  it('on another device than the CPU', async () => {
    const { code } = (await refused({ device: 'webgpu' })) as { code: string };
    expect(code).toBe('MODEL_DEVICE');
  });

  it('for a graph that is not in the slim layout, with what to do', async () => {
    rmSync(join(folder, 'onnx'), { recursive: true });
    mkdirSync(join(folder, 'onnx'));
    await writeTinyLlama(join(folder, 'onnx', 'model.onnx'), LLAMA, 'sdpa', 'fp32');
    expect(await refused({})).toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringMatching(/slim layout/),
      hint: expect.stringMatching(/assay models convert/),
    });
    expect(listPrepacked(env)).toEqual([]);
  });

  it('for a family that is not known, by its name', async () => {
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as object;
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, model_type: 'mamba' }));
    expect(await refused({})).toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringMatching(/mamba/),
    });
  });

  it('for an encoder, before and when it is opened', async () => {
    const encoder = join(temporaryFolder(), 'bert');
    writeModel(encoder, BERT_FILES);
    const options = { env, causal: { precision: 'fast' as const } };
    const expected = { code: 'MODEL_UNSUPPORTED', message: expect.stringMatching(/bert is an? encoder/) };
    await expect(describeLocalModel(encoder, options)).rejects.toMatchObject(expected);
    await expect(openLocalModel(encoder, options)).rejects.toMatchObject(expected);
  });

  it('for a model whose numbers eight bits do not hold, with the figures, and nothing of it is kept', async () => {
    const weights = tinyWeights(LLAMA);
    // Channels of the last norm that are as large in some tokens as all others together.
    const { values } = weights.get('model.norm.weight')!;
    for (let at = 0; at < values.length; at++) values[at]! *= at % 3 === 0 ? 90 : 9;
    await writeTinyLlama(plain, LLAMA, 'sdpa', 'fp32', weights);
    const { graph, nodes } = slimFromExport(plain, exportedDecoder(LLAMA));
    await writeOnnx(join(folder, 'onnx', 'slim_fp32.onnx'), graph, nodes);
    expect(await refused({})).toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringMatching(/changes the answers of tiny too much: mean drift \d+\.\d{3} nats/),
      hint: expect.stringMatching(/leave out precision/),
    });
    expect(listPrepacked(env)).toEqual([]);
  });

  it('where memory does not suffice to make it', async () => {
    expect(await refused({ memoryLimitBytes: 50 * 2 ** 20 })).toMatchObject({
      code: 'MODEL_MEMORY',
      message: expect.stringMatching(/to prepare its weights once/),
      hint: expect.stringMatching(/leave out precision/),
    });
  });

  it('where the answers change too much, with the figures', () => {
    const drift: Drift = {
      ...{ tokens: 800, meanNats: 0.31, nats99: 1.6, sameChoice: 0.81 },
      ...{ logPerplexity: [4.901, 4.939] as const, newTokens: [100, 101] as const },
    };
    const thrown = (one: Drift): unknown => {
      try {
        requireSmallDrift(one, 'tiny', 'graph.onnx');
        return undefined;
      } catch (error) {
        return error;
      }
    };
    expect(thrown(drift)).toMatchObject({ code: 'MODEL_UNSUPPORTED', message: expect.stringMatching(/0\.310 nats/) });
    const near = { ...drift, meanNats: 0.1, logPerplexity: [4.901, 4.905] as const };
    expect(thrown(near)).toBeUndefined();
    expect(thrown({ ...near, newTokens: [100, 50] })).toMatchObject({ message: expect.stringMatching(/−50\.0 %/) });
    expect(thrown({ ...near, logPerplexity: [4.9, 5.1] })).toMatchObject({
      message: expect.stringMatching(/\+0\.200/),
    });
  });
});

describe('what is said of a machine', () => {
  const drift: Drift = {
    ...{ tokens: 800, meanNats: 0.09, nats99: 0.5, sameChoice: 0.94 },
    ...{ logPerplexity: [4.901, 4.909] as const, newTokens: [100, 101] as const },
  };

  it('is that it has no units for whole numbers, where it has none', () => {
    expect(fastNotes(drift, [])).toEqual([
      expect.stringMatching(/mean drift 0\.090/),
      expect.stringMatching(/no units for whole numbers/),
    ]);
    for (const units of [['AMX'], null]) expect(fastNotes(drift, units)).toHaveLength(1);
  });
});

describe('what is read of a machine and of a record', () => {
  it('names the units for whole numbers', () => {
    expect(integerUnits('processor : 0\nflags\t\t: fpu avx2 avx512f avx512_vnni amx_int8\n')).toEqual([
      'AMX',
      'AVX512-VNNI',
    ]);
    expect(integerUnits('flags : fpu sse avx2\n')).toEqual([]);
    expect(integerUnits('Features : fp asimd asimddp i8mm\n')).toEqual(['I8MM', 'dot products of NEON']);
    expect(integerUnits(null)).toBeNull();
    expect(kernelSets('flags : fpu sse avx avx2 fma avx512_vnni\n')).toEqual(['avx', 'avx2', 'fma', 'avx512_vnni']);
    expect(kernelSets(null)).toEqual([]);
    for (const [units, processor, expected] of [
      [[], 'x64', true],
      [null, 'x64', true],
      [['AVX-VNNI'], 'x64', false],
      [[], 'arm64', false],
    ] as const)
      expect(addsPairsNarrowly(units, processor)).toBe(expected);
  });

  it('takes no half record for a whole one', () => {
    const whole = { tokens: 1, meanNats: 0, nats99: 0, sameChoice: 1, logPerplexity: [1, 1], newTokens: [1, 1] };
    expect(parseDrift(JSON.stringify(whole))).toEqual(whole);
    for (const text of ['', 'null', '[]', '{"tokens": 1}', JSON.stringify({ ...whole, newTokens: [1] })])
      expect(parseDrift(text)).toBeUndefined();
  });
});
