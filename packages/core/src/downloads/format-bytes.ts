/** A size for a person: `96.8 MB`, in powers of 1000 as disks and the hub count. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 99.95 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
