/** A version as Python packaging compares it. @see https://peps.python.org/pep-0440/ */
export interface Pep440 {
  readonly epoch: number;
  readonly release: readonly number[];
  /** `[rank, number]` of what follows the release: alpha, beta, candidate, final. */
  readonly pre: readonly [number, number];
  readonly post: number;
  readonly dev: number;
  readonly local: string;
}

const PATTERN =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(?:post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/i;
const RANKS: Readonly<Record<string, number>> = { alpha: 0, a: 0, beta: 1, b: 1, preview: 2, pre: 2, c: 2, rc: 2 };
const LONGEST = 100;

/** Undefined for what is no version. */
export function parsePep440(text: string): Pep440 | undefined {
  const trimmed = text.trim();
  const found = trimmed.length > LONGEST ? null : PATTERN.exec(trimmed);
  if (found === null) return undefined;
  const [, epoch, release, pre, preNumber, postDash, post, dev, devNumber, local] = found;
  const hasPost = postDash !== undefined || post !== undefined;
  const isDevOnly = dev !== undefined && pre === undefined && !hasPost;
  const finalRank = isDevOnly ? -1 : 3;
  return {
    epoch: Number(epoch ?? 0),
    release: release!.split('.').map(Number),
    pre: pre === undefined ? [finalRank, 0] : [RANKS[pre.toLowerCase()]!, Number(preNumber || 0)],
    post: hasPost ? Number(postDash ?? (post || 0)) : -1,
    dev: dev === undefined ? Number.POSITIVE_INFINITY : Number(devNumber || 0),
    local: (local ?? '').toLowerCase(),
  };
}

/** Below 0 when `a` is older. `3.0` and `3.0.0` are equal. */
export function comparePep440(a: Pep440, b: Pep440): number {
  const release = Array.from(
    { length: Math.max(a.release.length, b.release.length) },
    (_, i) => (a.release[i] ?? 0) - (b.release[i] ?? 0),
  );
  const steps = [
    a.epoch - b.epoch,
    ...release,
    a.pre[0] - b.pre[0],
    a.pre[1] - b.pre[1],
    a.post - b.post,
    a.dev === b.dev ? 0 : a.dev - b.dev,
    a.local === b.local ? 0 : a.local < b.local ? -1 : 1,
  ];
  return steps.find((step) => step !== 0) ?? 0;
}

/** The newest of the versions; those that are none count as older than all, in the order of their text. */
export function highestVersion(versions: readonly string[]): string | undefined {
  return [...versions].sort(compareTexts).at(-1);
}

function compareTexts(a: string, b: string): number {
  const [left, right] = [parsePep440(a), parsePep440(b)];
  if (left !== undefined && right !== undefined) return comparePep440(left, right) || (a < b ? -1 : a > b ? 1 : 0);
  if (left === undefined && right === undefined) return a < b ? -1 : a > b ? 1 : 0;
  return left === undefined ? -1 : 1;
}
