/** Elements of a cache: fp32, or the bits of fp16. */
export type CacheArray = Float32Array | Uint16Array;
export type CacheElement = 'float32' | 'float16';

/** A zeroed array of cache elements. */
export function cacheArray(element: CacheElement, length: number): CacheArray {
  return element === 'float32' ? new Float32Array(length) : new Uint16Array(length);
}

export function bytesOfElement(element: CacheElement): number {
  return element === 'float32' ? 4 : 2;
}
