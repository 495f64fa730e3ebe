import { readFileSync } from 'node:fs';
import { arch } from 'node:os';

/** Units that multiply whole numbers of eight bits, by the flag that the system lists them under, the fastest first. */
const UNITS: readonly (readonly [flag: string, name: string])[] = [
  ['amx_int8', 'AMX'],
  ['avx512_vnni', 'AVX512-VNNI'],
  ['avx_vnni', 'AVX-VNNI'],
  ['i8mm', 'I8MM'],
  ['asimddp', 'dot products of NEON'],
];

/**
 * The processor's units for products of whole numbers: their names, none, or null where the system does not tell.
 * @param listing what Linux says in /proc/cpuinfo; only tests give another
 */
export function integerUnits(listing: string | null = readListing()): readonly string[] | null {
  if (listing === null) return null;
  const line = /^(?:flags|Features)\s*:(.*)$/m.exec(listing)?.[1];
  if (line === undefined) return null;
  const flags = new Set(line.trim().split(/\s+/));
  return UNITS.flatMap(([flag, name]) => (flags.has(flag) ? name : []));
}

function readListing(): string | null {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(arch())) return null;
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return null;
  }
}
