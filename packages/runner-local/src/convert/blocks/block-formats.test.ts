import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dequantise, emptyBlock, halfAt } from './block-format.ts';
import { BLOCK_FORMATS } from './block-formats.ts';

interface Golden {
  readonly type: number;
  readonly blocks: string;
  readonly weights: string;
}

/** Made by the `gguf` package (fixtures/make_ggml_blocks.py). */
const goldens = JSON.parse(
  readFileSync(new URL('../../../fixtures/gguf/blocks.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Golden>>;

describe('block formats of ggml', () => {
  it('each have a golden', () => {
    expect([...BLOCK_FORMATS.values()].map(({ name }) => name).sort()).toEqual(Object.keys(goldens).sort());
  });

  for (const [name, { type, blocks, weights }] of Object.entries(goldens)) {
    it(`stand for the very weights of ggml's reference: ${name}`, () => {
      const format = BLOCK_FORMATS.get(type)!;
      const expected = new Float32Array(new Uint8Array(Buffer.from(weights, 'base64')).buffer);
      expect(format.name).toBe(name);
      expect(dequantise(format, Buffer.from(blocks, 'base64'))).toEqual(expected);
    });

    it(`hold values within their range: ${name}`, () => {
      const format = BLOCK_FORMATS.get(type)!;
      const bytes = Buffer.from(blocks, 'base64');
      const block = emptyBlock();
      for (let at = 0; at < bytes.length; at += format.bytes) {
        format.unpack(bytes, at, block);
        const values = block.values.subarray(0, format.weights);
        expect(Math.min(...values)).toBeGreaterThanOrEqual(format.range[0]);
        expect(Math.max(...values)).toBeLessThanOrEqual(format.range[1]);
      }
    });
  }

  it('read half-precision numbers to the last bit', () => {
    const cases = [
      [0x3c00, 1],
      [0xc000, -2],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x7bff, 65_504],
    ] as const;
    for (const [bits, value] of cases) expect(halfAt(Uint8Array.of(bits & 255, bits >> 8), 0)).toBe(value);
    expect(halfAt(Uint8Array.of(0, 0x7c), 0)).toBe(Number.POSITIVE_INFINITY);
    expect(halfAt(Uint8Array.of(1, 0x7c), 0)).toBeNaN();
  });
});
