/** Whether AWS takes a size or key of the storage volume for the type: not where the disk is the machine's own. */
export function takesVolume(instanceType: string): boolean {
  const family = instanceType.split('.')[1] ?? '';
  return !family.includes('d') && !/^(g5|g6|p5|trn1)/.test(family);
}

/** The key of a volume, where the instance type has one that takes it; AWS encrypts the disk of the others by itself. */
export const volumeKey = (instanceType: string, key: string | undefined): string | undefined =>
  takesVolume(instanceType) ? key : undefined;
