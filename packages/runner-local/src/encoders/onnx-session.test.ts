import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeModel } from '../../test/small-model.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { tinyOnnx } from '../../test/tiny-onnx.ts';
import { findEmbeddedModel } from '../models/embedded-models.ts';
import { openSession } from '../runtime/open-session.ts';
import { halfToFloat } from './float-values.ts';
import { chooseOnnxFile, quantisesByBatch } from './onnx-session.ts';

describe('chooseOnnxFile', () => {
  it('prefers int8, then fp32, and takes the one that there is', () => {
    const folder = temporaryFolder();
    writeModel(folder, { 'onnx/model_q4.onnx': '' });
    expect(chooseOnnxFile(folder)).toBe('onnx/model_q4.onnx');
    writeModel(folder, { 'model.onnx': '' });
    expect(chooseOnnxFile(folder)).toBe('model.onnx');
    writeModel(folder, { 'onnx/model_quantized.onnx': '' });
    expect(chooseOnnxFile(folder)).toBe('onnx/model_quantized.onnx');
    expect(chooseOnnxFile(folder, 'onnx/model_q4.onnx')).toBe('onnx/model_q4.onnx');
    expect(() => chooseOnnxFile(folder, 'onnx/model_fp16.onnx')).toThrow(/has no onnx\/model_fp16.onnx/);
  });
});

describe('openSession', () => {
  it('names the operator that the runtime lacks', async () => {
    const path = join(temporaryFolder(), 'model.onnx');
    const nodes = [{ op: 'Frobnicate', inputs: ['input_ids'], outputs: ['out'] }];
    writeFileSync(path, tinyOnnx({ inputs: ['input_ids'], nodes, outputs: { out: { type: 1, rank: 2 } } }));
    await expect(openSession(path)).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('Frobnicate'),
    });
  });

  it('names a truncated file', async () => {
    const path = join(temporaryFolder(), 'model.onnx');
    writeFileSync(path, 'half of a graph');
    await expect(openSession(path)).rejects.toMatchObject({
      code: 'MODEL_LOAD',
      message: expect.stringContaining(path),
    });
  });
});

describe('quantisesByBatch', () => {
  it('finds the operator also across the edge of a read', async () => {
    const path = join(temporaryFolder(), 'model.onnx');
    writeFileSync(path, `${'x'.repeat((1 << 20) - 5)}DynamicQuantizeLinear${'x'.repeat(100)}`);
    expect(await quantisesByBatch(path)).toBe(true);
  });

  it('is false for the embedded encoder, whose weights alone are int8', async () => {
    const { folder } = findEmbeddedModel('all-MiniLM-L6-v2')!;
    expect(await quantisesByBatch(join(folder, chooseOnnxFile(folder)))).toBe(false);
  });
});

describe('halfToFloat', () => {
  it.each([
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x0001, 2 ** -24],
    [0x7bff, 65504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ])('reads %i as %f', (bits, value) => {
    expect(halfToFloat(bits)).toBe(value);
  });
});
