import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAssayError } from '@assay/core';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { writeTinyGguf } from '../../test/tiny-gguf.ts';
import { TINY_LLAMA, tinyWeights } from '../../test/tiny-llama.ts';
import { readGguf } from './gguf/read-gguf.ts';
import { slimFromGguf } from './gguf/slim-from-gguf.ts';
import { slimFromSafetensors } from './safetensors/slim-from-safetensors.ts';

const CODES = ['MODEL_UNSUPPORTED', 'MODEL_LOAD'];

/** What a conversion is refused with. */
function refusalOf(convert: () => unknown): string {
  try {
    convert();
  } catch (thrown) {
    if (!isAssayError(thrown) || !CODES.includes(thrown.code)) throw thrown;
    return thrown.message;
  }
  return 'converted';
}

/** Without a head of its own a GGUF file has the embedding for one. */
const MAY_BE_MISSING = ['output.weight'];

describe('a GGUF file', () => {
  function tiny(): ReturnType<typeof readGguf> {
    const path = join(temporaryFolder(), 'model.gguf');
    writeTinyGguf(path, TINY_LLAMA, tinyWeights(TINY_LLAMA), { packing: 'F32' });
    return readGguf(path);
  }

  it('is refused with each tensor that it lacks', () => {
    const file = tiny();
    const names = [...file.tensors.keys()].filter((name) => !MAY_BE_MISSING.includes(name));
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const tensors = new Map([...file.tensors].filter(([one]) => one !== name));
      expect(
        refusalOf(() => slimFromGguf({ ...file, tensors })),
        name,
      ).toMatch(/no tensor|no whole number vocab_size/);
    }
  });

  it('is refused with each tensor that has another shape', () => {
    const file = tiny();
    for (const [name, tensor] of file.tensors) {
      const { dims } = tensor;
      for (const other of [dims.map((dim) => dim + 1), dims.map((dim) => dim * 2), [...dims, 2], dims.slice(1)]) {
        const tensors = new Map(file.tensors).set(name, { ...tensor, dims: other });
        expect(
          refusalOf(() => slimFromGguf({ ...file, tensors })),
          `${name} [${other.join(', ')}]`,
        ).not.toBe('converted');
      }
    }
  });

  it('is refused with a block that has no name', () => {
    const file = tiny();
    const tensors = new Map([...file.tensors].map(([name, tensor]) => [name, { ...tensor, type: 99 }]));
    expect(refusalOf(() => slimFromGguf({ ...file, tensors }))).toMatch(/99/);
  });
});

describe('a folder of safetensors', () => {
  type Entry = { shape: number[]; data_offsets: [number, number] };

  function changed(change: (header: Record<string, Entry>) => void): string {
    const folder = join(temporaryFolder(), 'llama');
    cpSync(fileURLToPath(new URL('../../fixtures/families/llama', import.meta.url)), folder, { recursive: true });
    const weights = join(folder, 'model.safetensors');
    const bytes = readFileSync(weights);
    const length = Number(bytes.readBigUInt64LE());
    const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as Record<string, Entry>;
    change(header);
    const text = Buffer.from(JSON.stringify(header));
    const start = Buffer.alloc(8);
    start.writeBigUInt64LE(BigInt(text.length));
    writeFileSync(weights, Buffer.concat([start, text, bytes.subarray(8 + length)]));
    return folder;
  }

  function tensorNames(): string[] {
    let names: string[] = [];
    changed((header) => {
      names = Object.keys(header).filter((name) => name !== '__metadata__');
    });
    return names;
  }

  it('is refused with each tensor that it lacks', () => {
    const names = tensorNames();
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const folder = changed((header) => {
        delete header[name];
      });
      expect(
        refusalOf(() => slimFromSafetensors(folder)),
        name,
      ).toMatch(/no tensor/);
    }
  });

  it('is refused with each tensor that has another shape', () => {
    for (const name of tensorNames()) {
      const folder = changed((header) => {
        const entry = header[name]!;
        entry.shape = [...entry.shape, 1].map((dim, at) => (at === 0 ? dim / 2 : at === 1 ? dim * 2 : dim));
      });
      expect(
        refusalOf(() => slimFromSafetensors(folder)),
        name,
      ).not.toBe('converted');
    }
  });
});
