import { editKernelFor } from '../wasm/edit-kernels.ts';

/** Levenshtein distance of two sequences of tokens, compared as keys of a Map. 0 … the longer length. */
export function sequenceLevenshtein(a: readonly unknown[], b: readonly unknown[]): number {
  const [pattern, text] = a.length <= b.length ? [a, b] : [b, a];
  if (pattern.length === 0) return text.length;
  const numbers = new Map<unknown, number>();
  const kernel = editKernelFor(pattern.length);
  kernel.reserve(pattern.length, text.length, pattern.length + 1);
  pattern.forEach((token, i) => {
    const number = numbers.get(token) ?? numbers.size + 1;
    numbers.set(token, number);
    kernel.pattern[i] = number;
  });
  text.forEach((token, i) => {
    kernel.text[i] = numbers.get(token) ?? 0;
  });
  return kernel.distance(pattern.length, text.length);
}
