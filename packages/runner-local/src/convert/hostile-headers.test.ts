import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAssayError } from '@assay/core';
import { describe, expect, it } from 'vitest';
import { exportedDecoder } from '../../test/exported-decoder.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { writeTinyGguf } from '../../test/tiny-gguf.ts';
import { TINY_LLAMA, tinyWeights } from '../../test/tiny-llama.ts';
import { slimFromExport } from './export/slim-from-export.ts';
import { ggufTokenizer } from './gguf/gguf-tokenizer.ts';
import { readGguf } from './gguf/read-gguf.ts';
import { slimFromGguf } from './gguf/slim-from-gguf.ts';
import { slimFromSafetensors } from './safetensors/slim-from-safetensors.ts';

/** How many files of each format; 10,000 where there is time. */
const CASES = Number(process.env.ASSAY_FUZZ ?? 300);
/** Milliseconds that one file may take, on a machine that does other things too. */
const LONGEST_MS = 3000;
const GROWN_BYTES = 600 * 2 ** 20;

/** Numbers that readers stumble over. */
const ODD = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0xffffn,
  0x7fffffffn,
  0xffffffffn,
  2n ** 40n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
];

function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** One to four changes within the header: a byte, an odd number, a piece moved, or the end. */
function mutated(bytes: Buffer, header: number, seed: number): Buffer {
  const random = randomOf(seed * 7919 + 1);
  let copy = Buffer.from(bytes);
  for (let change = 0; change <= random(4); change++) {
    const at = random(Math.min(header, copy.length - 8));
    const kind = random(5);
    if (kind === 0) copy[at] = random(256);
    else if (kind === 1) copy[at]! ^= 1 << random(8);
    else if (kind === 2) copy.writeBigUInt64LE(ODD[random(ODD.length)]!, at);
    else if (kind === 3) {
      const from = random(Math.min(header, copy.length));
      copy.copy(copy, at, from, Math.min(copy.length, from + random(64)));
    } else if (random(8) === 0) copy = copy.subarray(0, Math.max(16, at));
  }
  return copy;
}

/** Reads every mutation. @returns how many were refused */
function survive(file: string, bytes: Buffer, header: number, read: (file: string) => void): number {
  const before = process.memoryUsage().rss;
  let refused = 0;
  /** A file for each error without a code. */
  const uncoded = new Map<string, string>();
  for (let seed = 0; seed < CASES; seed++) {
    const fd = openSync(file, 'w');
    writeSync(fd, mutated(bytes, header, seed));
    closeSync(fd);
    const started = performance.now();
    try {
      read(file);
    } catch (thrown) {
      if (isAssayError(thrown)) refused++;
      else uncoded.set(String(thrown), `file ${seed}: ${thrown instanceof Error ? thrown.stack : ''}`);
    }
    expect(performance.now() - started).toBeLessThan(LONGEST_MS);
  }
  expect([...uncoded.values()]).toEqual([]);
  expect(process.memoryUsage().rss - before).toBeLessThan(GROWN_BYTES);
  return refused;
}

describe('files with mutated headers end in coded errors, within memory and time', () => {
  it('GGUF', () => {
    const file = join(temporaryFolder(), 'model.gguf');
    const model = { ...TINY_LLAMA, layers: 1, hiddenSize: 32, feedForward: 32, vocabulary: 32 };
    const tokens = Array.from({ length: 32 }, (_, id) => `t${id}`);
    const extra = {
      'tokenizer.ggml.model': 'gpt2',
      'tokenizer.ggml.pre': 'qwen2',
      'tokenizer.ggml.merges': ['t 1', 't 2'],
    };
    writeTinyGguf(file, model, tinyWeights(model), { packing: 'Q8_0', tokens, extra });
    const bytes = readFileSync(file);
    const header = bytes.lastIndexOf('output.weight') + 48;
    const refused = survive(file, bytes, header, (path) => {
      const gguf = readGguf(path);
      slimFromGguf(gguf);
      ggufTokenizer(gguf);
    });
    expect(refused).toBeGreaterThan(CASES / 2);
  }, 600_000);

  it('ONNX', () => {
    const from = fileURLToPath(new URL('../../fixtures/tiny/positions.onnx', import.meta.url));
    const file = join(temporaryFolder(), 'model.onnx');
    const bytes = readFileSync(from);
    const shape = { layers: 2, heads: 2, keyHeads: 2, headSize: 8, hiddenSize: 16 };
    const refused = survive(file, bytes, bytes.length, (path) => slimFromExport(path, exportedDecoder(shape)));
    expect(refused).toBeGreaterThan(CASES / 10);
  }, 600_000);

  it('safetensors', () => {
    const from = new URL('../../fixtures/families/llama/', import.meta.url);
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'config.json'), readFileSync(new URL('config.json', from)));
    const bytes = readFileSync(new URL('model.safetensors', from));
    const header = 8 + Number(bytes.readBigUInt64LE());
    const file = join(folder, 'model.safetensors');
    const refused = survive(file, bytes, header, () => slimFromSafetensors(folder));
    expect(refused).toBeGreaterThan(CASES / 4);
  }, 600_000);
});
