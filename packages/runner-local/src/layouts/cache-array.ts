/** Elements of a cache: fp32, the bits of fp16, or whole numbers of eight bits. */
export type CacheArray = Float32Array | Uint16Array | Int8Array;
export type CacheElement = 'float32' | 'float16' | 'int8';

/** A zeroed array of cache elements. */
export function cacheArray(element: CacheElement, length: number): CacheArray {
  if (element === 'int8') return new Int8Array(length);
  return element === 'float32' ? new Float32Array(length) : new Uint16Array(length);
}

export function bytesOfElement(element: CacheElement): number {
  return { float32: 4, float16: 2, int8: 1 }[element];
}
