import type { Manifest, ScoreSummary } from '../results/summary.ts';
import type { RunSource } from './open-run.ts';

/** The same score under another tool's name. */
const SAME: Readonly<Record<string, string>> = { acc: 'accuracy', pass: 'all_assertions', score: 'assertions_passed' };

/** A run as far as the names of its scores are concerned. */
export interface NamedScores {
  readonly tool: RunSource['tool'];
  readonly manifest: Pick<Manifest, 'importedFrom'>;
  readonly summary: { readonly scores: readonly ScoreSummary[] };
}

/**
 * Candidate's `algorithm.score` → baseline's: as the run that was imported from the other's tool has them on record, and
 * for what it has not, where a score of that name is the only one on both sides.
 */
export function scoreNames(baseline: NamedScores, candidate: NamedScores): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [theirs, ours] of recordedNames(baseline, candidate.tool)) found.set(theirs, ours);
  for (const [theirs, ours] of recordedNames(candidate, baseline.tool)) found.set(ours, theirs);
  const own = byScore(baseline.summary.scores, new Set(found.values()));
  for (const [score, keys] of byScore(candidate.summary.scores, new Set(found.keys()))) {
    const there = own.get(score);
    if (keys.size === 1 && there?.size === 1) found.set([...keys][0]!, [...there][0]!);
  }
  return found;
}

/** The tool's names of a run's scores, with ours. */
export function recordedNames(
  { manifest }: Pick<NamedScores, 'manifest'>,
  tool: RunSource['tool'],
): [string, string][] {
  const { importedFrom } = manifest;
  return importedFrom?.tool === tool ? Object.entries(importedFrom.scores) : [];
}

function byScore(scores: readonly ScoreSummary[], taken: ReadonlySet<string>): Map<string, Set<string>> {
  const keys = new Map<string, Set<string>>();
  for (const { algorithm, score, from } of scores) {
    const key = `${algorithm}.${score}`;
    if (from !== 'mean' || taken.has(key)) continue;
    const name = SAME[score] ?? score;
    keys.set(name, (keys.get(name) ?? new Set()).add(key));
  }
  return keys;
}
