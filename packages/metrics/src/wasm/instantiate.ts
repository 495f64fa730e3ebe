import { decodeBase64 } from './decode-base64.ts';

interface WasmApi {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: unknown };
}

/** Memory of a module, which the host lays out. */
export interface WasmMemory {
  grow(pages: number): number;
  readonly buffer: ArrayBuffer;
}

const PAGE = 65536;

/**
 * Exports of an embedded module, or null where WebAssembly (or its SIMD part) is missing or forbidden, for instance by a
 * content-security-policy. Instantiates synchronously: such a module has a few KB, below every browser's limit.
 */
export function instantiate(base64: string): unknown {
  const api = (globalThis as { WebAssembly?: WasmApi }).WebAssembly;
  if (!api) return null;
  try {
    return new api.Instance(new api.Module(decodeBase64(base64)), {}).exports;
  } catch {
    return null;
  }
}

/** Makes room for `bytes`; views of the memory are stale after it has grown. */
export function growTo(memory: WasmMemory, bytes: number): void {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE);
  if (missing > 0) memory.grow(missing);
}
