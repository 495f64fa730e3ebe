import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encoderFixture } from '../../test/encoder-fixture.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { readDenseHeads, throughHeads } from './dense-heads.ts';
import { loadEncoderModel } from './encoder-model.ts';

type Numbers = readonly number[];

/** A safetensors file of F32, F16 or BF16 bytes. */
function safetensors(tensors: Readonly<Record<string, { dtype: string; shape: Numbers; bytes: Uint8Array }>>): Buffer {
  let at = 0;
  const entries = Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => {
    const data_offsets = [at, at + bytes.length];
    at += bytes.length;
    return [name, { dtype, shape, data_offsets }];
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, ...Object.values(tensors).map(({ bytes }) => bytes)]);
}

const floats = (...values: Numbers): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const halves = (...bits: Numbers): Uint8Array => new Uint8Array(Uint16Array.from(bits).buffer);
const CONFIG = { in_features: 2, out_features: 3, bias: true, activation_function: 'torch.nn.modules.activation.Tanh' };
const WEIGHT = { dtype: 'F32', shape: [3, 2], bytes: floats(1, 0, 0, 1, 0.5, -0.5) };
const BIAS = { dtype: 'F32', shape: [3], bytes: floats(0, 0.25, 0) };

function folderOf(config: object, tensors: Parameters<typeof safetensors>[0], path = '2_Dense'): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, path, 'config.json'), JSON.stringify(config));
  writeFileSync(join(folder, path, 'model.safetensors'), safetensors(tensors));
  return folder;
}

describe('dense layers beside a graph', () => {
  it('turn a vector as torch does, in fp32, fp16 and bf16', async () => {
    const wanted = [Math.tanh(2), Math.tanh(-0.75), Math.tanh(1.5)];
    const kinds = {
      F32: [WEIGHT.bytes, BIAS.bytes],
      F16: [halves(0x3c00, 0, 0, 0x3c00, 0x3800, 0xb800), halves(0, 0x3400, 0)],
      BF16: [halves(0x3f80, 0, 0, 0x3f80, 0x3f00, 0xbf00), halves(0, 0x3e80, 0)],
    };
    for (const [dtype, [weight, bias]] of Object.entries(kinds)) {
      const tensors = {
        'linear.weight': { ...WEIGHT, dtype, bytes: weight! },
        'linear.bias': { ...BIAS, dtype, bytes: bias! },
      };
      const heads = await readDenseHeads(folderOf(CONFIG, tensors), ['2_Dense']);
      const made = throughHeads(Float32Array.of(2, -1), heads!);
      for (const [at, value] of wanted.entries()) expect(made[at]).toBeCloseTo(value, 6);
      expect(() => throughHeads(Float32Array.of(1, 2, 3), heads!)).toThrow(
        expect.objectContaining({ code: 'MODEL_LOAD' }),
      );
    }
  });

  it.each([
    ['a weight of another shape', CONFIG, { 'linear.weight': { ...WEIGHT, shape: [2, 3] }, 'linear.bias': BIAS }],
    ['a bias of another length', CONFIG, { 'linear.weight': WEIGHT, 'linear.bias': { ...BIAS, shape: [3, 1] } }],
    ['no bias where there should be one', CONFIG, { 'linear.weight': WEIGHT }],
    ['no weight', CONFIG, { 'linear.bias': BIAS }],
    ['sizes that are none', { ...CONFIG, in_features: -2 }, { 'linear.weight': WEIGHT, 'linear.bias': BIAS }],
  ])('are refused with %s', async (_, config, tensors) => {
    await expect(readDenseHeads(folderOf(config, tensors), ['2_Dense'])).rejects.toMatchObject({
      code: 'MODEL_LOAD',
      message: expect.stringContaining('2_Dense'),
    });
  });

  it('are left to the graph where they are of another kind, elsewhere, or not there', async () => {
    const tensors = { 'linear.weight': WEIGHT, 'linear.bias': BIAS };
    const tokens = folderOf({ ...CONFIG, module_input_name: 'token_embeddings' }, tensors);
    expect(await readDenseHeads(tokens, ['2_Dense'])).toBeUndefined();
    const swish = folderOf({ ...CONFIG, activation_function: 'torch.nn.modules.activation.SiLU' }, tensors);
    expect(await readDenseHeads(swish, ['2_Dense'])).toBeUndefined();
    const outside = folderOf(CONFIG, tensors, 'inside/2_Dense');
    expect(await readDenseHeads(join(outside, 'inside'), ['../inside/2_Dense'])).toBeUndefined();
    expect(await readDenseHeads(tokens, ['3_Dense'])).toBeUndefined();
    expect(await readDenseHeads(tokens, [])).toEqual([]);
  });

  it('that are missing, or do not follow each other, leave the model without vectors, by name', async () => {
    const { folder } = encoderFixture('gemma-embedding');
    const load = () => loadEncoderModel({ kind: 'encoder', folder, session: {} });
    const file = join(folder, '3_Dense', 'config.json');
    const config = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...config, in_features: 32 }));
    await expect(load()).rejects.toMatchObject({ code: 'MODEL_LOAD' });
    rmSync(join(folder, '3_Dense', 'model.safetensors'));
    await expect(load()).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('its sentence vector needs Dense, which the graph does not hold'),
    });
  });
});
