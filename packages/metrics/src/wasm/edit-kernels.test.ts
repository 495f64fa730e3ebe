import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alignSlow, editMatrixSlow, lcsSlow, splitSlow } from '../edit/edit-matrix.slow.ts';
import type { EditKernel } from './edit-kernel.ts';
import { JsEditKernel } from './js-edit-kernel.ts';
import { createWasmEditKernel } from './wasm-edit-kernel.ts';

const wasm = createWasmEditKernel();

/** Writes two sequences with some margin around what is asked for. */
function write(kernel: EditKernel, pattern: readonly number[], text: readonly number[]): void {
  kernel.reserve(pattern.length, text.length, 8);
  kernel.pattern.set(pattern);
  kernel.text.set(text);
}

function operationsOf(kernel: EditKernel, ...range: [number, number, number, number]): number[] {
  const first = kernel.align(...range);
  return [...kernel.operations.subarray(first, kernel.operationsEnd)];
}

const sequence = (maxLength: number) => fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength });

function longSequence(length: number, step: number): number[] {
  return Array.from({ length }, (_, i) => 1 + ((i * i + step * i) % 5));
}

describe.each<[string, EditKernel | null]>([
  ['js', new JsEditKernel()],
  ['wasm', wasm],
])('the %s kernel', (_, found) => {
  test.skipIf(found === null)('exists here (skipped where WebAssembly SIMD is missing)', () =>
    expect(found).not.toBeNull(),
  );
  if (found === null) return;
  const kernel = found;

  test.each([120, 600])('equals its slow twins on sequences of up to %i symbols', (maxLength) => {
    fc.assert(
      fc.property(sequence(maxLength), sequence(Math.min(maxLength, 200)), (pattern, text) => {
        write(kernel, pattern, text);
        expect(kernel.distance(pattern.length, text.length)).toBe(editMatrixSlow(pattern, text).at(-1)!.at(-1)!);
        expect(kernel.lcsLength(pattern.length, text.length)).toBe(lcsSlow(pattern, text));
        expect(operationsOf(kernel, 0, pattern.length, 0, text.length)).toEqual(alignSlow(pattern, text));
      }),
      { numRuns: maxLength > 200 ? 15 : 60 },
    );
  });

  test('aligns and splits ranges as if they stood alone', () => {
    const pattern = longSequence(330, 3);
    const text = longSequence(300, 1);
    write(kernel, pattern, text);
    const [p, t] = [pattern.slice(20, 310), text.slice(11, 281)];
    expect(operationsOf(kernel, 20, 310, 11, 281)).toEqual(alignSlow(p, t));
    const { position, leftScore, rightScore } = kernel.split(20, 310, 11, 281);
    expect([position, leftScore, rightScore]).toEqual(splitSlow(p, t));
  });

  test('keeps nothing between computations, also when memory grows', () => {
    const pattern = longSequence(2100, 2);
    const text = longSequence(2300, 5);
    write(kernel, pattern, text);
    const distance = kernel.distance(2100, 2300);
    expect(distance).toBe(editMatrixSlow(pattern, text).at(-1)!.at(-1)!);
    write(kernel, [1, 2], [2, 0]);
    expect(kernel.distance(2, 2)).toBe(2);
    expect(kernel.lcsLength(2, 2)).toBe(1);
  });
});
