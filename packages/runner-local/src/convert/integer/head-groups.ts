import type { SlimShape } from '../slim/slim-frame.ts';

/** [keyHeads · headSize] of what all heads of a group share. */
export function ofValues(smoothing: Float32Array, { heads, keyHeads, headSize }: SlimShape): Float32Array {
  const group = (heads / keyHeads) * headSize;
  return Float32Array.from(
    { length: keyHeads * headSize },
    (_, at) => smoothing[Math.floor(at / headSize) * group + (at % headSize)]!,
  );
}

/** [keyHeads · headSize] repeated for the query heads of each group. */
export function eachHead(turn: Float32Array, { heads, keyHeads, headSize }: SlimShape): Float32Array {
  const group = (heads / keyHeads) * headSize;
  return Float32Array.from(
    { length: heads * headSize },
    (_, at) => turn[Math.floor(at / group) * headSize + (at % headSize)]!,
  );
}

/** 1 over each. */
export function inverse(scales: Float32Array): Float32Array {
  return scales.map((scale) => 1 / scale);
}
