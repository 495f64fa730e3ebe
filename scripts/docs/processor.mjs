// What local models answer may differ in the last place between kinds of processors, and so may a token: pages are made on one
// kind, and are held to their figures on that kind.
import { readFileSync } from 'node:fs';

/** Integer units, by which the runtime chooses its kernels. */
const UNITS = ['avx2', 'avx512f', 'avx512_vnni', 'avx_vnni', 'amx_int8'];
export const MADE_ON = 'x64 avx2 avx512f avx512_vnni';

/** This machine's kind, such as `x64 avx2`; without its units where the system does not tell them. */
export function processorKind() {
  let flags = [];
  try {
    flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1].split(/\s+/) ?? [];
  } catch {}
  return [process.arch, ...UNITS.filter((unit) => flags.includes(unit))].join(' ');
}
