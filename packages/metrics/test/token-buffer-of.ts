import { TokenBuffer } from '../src/kernels/token-buffer.ts';

/** A buffer holding the given ids. */
export function tokenBufferOf(ids: readonly number[]): TokenBuffer {
  const buffer = new TokenBuffer();
  buffer.reset(ids.length).set(ids);
  buffer.length = ids.length;
  return buffer;
}
