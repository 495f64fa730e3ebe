import type { EditKernel } from './edit-kernel.ts';
import { JsEditKernel } from './js-edit-kernel.ts';
import { createWasmEditKernel } from './wasm-edit-kernel.ts';

let short: EditKernel | undefined;
let long: EditKernel | undefined;

/** The kernel for short patterns; one a thread, its buffers reused by every call. */
function shortEditKernel(): EditKernel {
  short ??= new JsEditKernel();
  return short;
}

/** The kernel for long sequences: WebAssembly, made on first use, or else JavaScript. */
export function longEditKernel(): EditKernel {
  long ??= createWasmEditKernel() ?? shortEditKernel();
  return long;
}

/** The kernel that is faster at this length of the shorter sequence. */
export function editKernelFor(shorterLength: number): EditKernel {
  return shorterLength <= 32 ? shortEditKernel() : longEditKernel();
}
