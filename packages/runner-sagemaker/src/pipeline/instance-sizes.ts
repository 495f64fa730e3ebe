/** Gibibytes of memory by virtual processor, of families whose sizes differ in the number of processors alone. */
const MEMORY_PER_CPU: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8, g4dn: 4, g5: 4, g6: 4, inf2: 4 };
/** `large` has two processors, `xlarge` four, `12xlarge` 48. */
const SIZE = /^(?:(\d*)xlarge|large)$/;
/** Disks that are the machine's own, in gigabytes for two processors, and those of types that do not go by it. */
const DISK_PER_PAIR: Readonly<Record<string, number>> = { m5d: 75, r5d: 75, c5d: 50 };
const OWN_DISKS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  g4dn: { xlarge: 125, '2xlarge': 225, '4xlarge': 225, '8xlarge': 900, '12xlarge': 900, '16xlarge': 900 },
  g5: {
    ...{ xlarge: 250, '2xlarge': 450, '4xlarge': 600, '8xlarge': 900, '12xlarge': 3800, '16xlarge': 1900 },
    ...{ '24xlarge': 3800, '48xlarge': 7600 },
  },
};
/** What processing jobs take where nothing says more, each of twice the memory or so of the one before. */
const GENERAL = ['xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge'].map(
  (size) => `ml.m5.${size}`,
);

function partsOf(type: string): { readonly family: string; readonly size: string; readonly cpus: number } | undefined {
  const [, family = '', size = ''] = type.split('.');
  const found = SIZE.exec(size);
  if (found === null) return undefined;
  return { family, size, cpus: size === 'large' ? 2 : 4 * Number(found[1] === '' ? 1 : found[1]) };
}

/** In GiB; undefined for a type that is not known. @see https://aws.amazon.com/ec2/instance-types/ */
export function memoryOf(type: string): number | undefined {
  const parts = partsOf(type);
  if (parts === undefined) return undefined;
  const { family, cpus } = parts;
  const letter = /^([cmr])\d[a-z]*$/.exec(family)?.[1];
  const each = MEMORY_PER_CPU[family] ?? (letter === undefined ? undefined : MEMORY_PER_CPU[letter]);
  return each === undefined ? undefined : each * cpus;
}

/** The machine's own disk in GB, which no volume makes larger; undefined where a volume is, or nothing is known. */
export function ownDiskOf(type: string): number | undefined {
  const parts = partsOf(type);
  if (parts === undefined) return undefined;
  const { family, size, cpus } = parts;
  const pair = DISK_PER_PAIR[family];
  return pair === undefined ? OWN_DISKS[family]?.[size] : (pair * cpus) / 2;
}

/** The smallest general type with so much memory, of those with a volume; undefined where none has it. */
export const smallestWith = (gib: number): string | undefined => GENERAL.find((type) => (memoryOf(type) ?? 0) >= gib);
