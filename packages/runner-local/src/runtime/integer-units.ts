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

/** Other sets of instructions that the runtime chooses its kernels by, and the order that they want weights in. */
const OTHER_SETS: readonly string[] = ['avx', 'avx2', 'fma', 'avx512f', 'avx512bw', 'sve'];

/**
 * The processor's units for products of whole numbers: their names, none, or null where the system does not tell.
 * @param listing what Linux says in /proc/cpuinfo; only tests give another
 */
export function integerUnits(listing: string | null = readListing()): readonly string[] | null {
  const flags = flagsOf(listing);
  return flags === null ? null : UNITS.flatMap(([flag, name]) => (flags.has(flag) ? name : []));
}

/**
 * Whether products of u8 and s8 are added in pairs of sixteen bits, which two large ones overflow: on x64 without units for them, as
 * far as is known.
 */
export function addsPairsNarrowly(
  units: readonly string[] | null = integerUnits(),
  processor: string = arch(),
): boolean {
  return processor === 'x64' && (units === null || units.length === 0);
}

/** What processors of one name may differ by, so that weights made for one are not for the other; none where the system does not tell. */
export function kernelSets(listing: string | null = readListing()): readonly string[] {
  const flags = flagsOf(listing);
  return [...OTHER_SETS, ...UNITS.map(([flag]) => flag)].filter((flag) => flags?.has(flag) === true);
}

function flagsOf(listing: string | null): ReadonlySet<string> | null {
  const line = listing === null ? undefined : /^(?:flags|Features)\s*:(.*)$/m.exec(listing)?.[1];
  return line === undefined ? null : new Set(line.trim().split(/\s+/));
}

function readListing(): string | null {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(arch())) return null;
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return null;
  }
}
