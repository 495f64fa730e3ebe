/** Whether lists and objects stand within one another more than `depth` levels deep. Level by level: a deep value would overflow a recursion. */
export function isDeeperThan(value: unknown, depth: number): boolean {
  let level = nodes([value]);
  for (let reached = 1; level.size > 0; reached++) {
    if (reached > depth) return true;
    level = nodes([...level].flatMap((node) => Object.values(node)));
  }
  return false;
}

/** Each once: what refers to itself would double with every level. */
function nodes(values: readonly unknown[]): Set<object> {
  return new Set(values.filter((value): value is object => typeof value === 'object' && value !== null));
}
