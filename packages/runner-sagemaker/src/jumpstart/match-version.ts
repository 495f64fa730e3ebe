/** The highest of `versions` that `pattern` (`3.0.0`, `2.*`, `*`) allows. */
export function matchVersion(pattern: string, versions: readonly string[]): string | undefined {
  const wanted = pattern.split('.');
  const matching = versions.filter((version) => {
    const parts = version.split('.');
    const end = wanted.indexOf('*');
    const fixed = end < 0 ? wanted : wanted.slice(0, end);
    return (end >= 0 || parts.length === wanted.length) && fixed.every((part, i) => part === parts[i]);
  });
  return matching.sort(compareVersions).at(-1);
}

function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
