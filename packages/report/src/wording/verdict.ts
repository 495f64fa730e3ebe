import type { Comparison, ScoreSummary, Summary } from '@assay/core';
import { groupBy } from '../collections/group-by.ts';
import { formatDifference, formatInterval, formatPValue, formatScore, plural } from './format-number.ts';
import { joinWords } from './join-words.ts';
import { rankByScore } from './rank-by-score.ts';

/** What the run says about one score. */
export interface ScoreVerdict {
  readonly algorithm: string;
  readonly score: string;
  /** The best model by its value; null where there is no value or the first two are equal. */
  readonly leader: string | null;
  /** The leader is better than every other model by a paired test. */
  readonly decided: boolean;
  readonly text: string;
}

export interface Verdict {
  readonly headline: string;
  readonly scores: readonly ScoreVerdict[];
}

type Standing = 'better' | 'cannot tell' | 'untested';

function comparisonOf(summary: Summary, of: ScoreSummary, a: string, b: string): Comparison | undefined {
  return summary.comparisons.find(
    (c) =>
      c.algorithm === of.algorithm &&
      c.score === of.score &&
      ((c.candidate === a && c.baseline === b) || (c.candidate === b && c.baseline === a)),
  );
}

function standing(comparison: Comparison | undefined, leader: string): Standing {
  if (comparison === undefined) return 'untested';
  const won = comparison.candidate === leader ? 'better' : 'worse';
  return comparison.verdict === won ? 'better' : 'cannot tell';
}

function figure(score: ScoreSummary): string {
  const interval = score.interval === null ? '' : ` (${formatInterval(score.interval)})`;
  return `${formatScore(score.value)}${interval}`;
}

function pairText(leader: ScoreSummary, other: ScoreSummary, comparison: Comparison | undefined): string {
  if (comparison === undefined) return `${other.model} has ${figure(other)}, with no paired test`;
  const sign = comparison.candidate === leader.model ? 1 : -1;
  const [low, high] = comparison.interval ?? [];
  const interval: readonly [number, number] | null =
    low === undefined || high === undefined ? null : sign === 1 ? [low, high] : [-high, -low];
  const figures = [
    formatDifference(sign * comparison.difference),
    ...(interval === null ? [] : [formatInterval(interval)]),
    formatPValue(comparison.adjustedPValue),
  ].join('; ');
  const words = standing(comparison, leader.model) === 'better' ? 'better than' : 'cannot be told apart from';
  const reason = words === 'better than' || comparison.reason === '' ? '' : `: ${comparison.reason}`;
  return `${words} ${other.model} (${figures})${reason}`;
}

function judgeScore(summary: Summary, ranked: readonly ScoreSummary[]): ScoreVerdict | null {
  const [first, second] = ranked;
  if (first === undefined) return null;
  const base = { algorithm: first.algorithm, score: first.score };
  if (second === undefined)
    return { ...base, leader: first.model, decided: false, text: `${first.model}: ${figure(first)}.` };
  if (first.value === second.value) {
    const equal = ranked.filter((score) => score.value === first.value).map((score) => score.model);
    return {
      ...base,
      leader: null,
      decided: false,
      text: `${joinWords(equal)} are equal at ${formatScore(first.value)}.`,
    };
  }
  const others = ranked
    .slice(1)
    .map((other) => ({ other, comparison: comparisonOf(summary, first, first.model, other.model) }));
  const decided = others.every(({ comparison }) => standing(comparison, first.model) === 'better');
  const pairs = others.map(({ other, comparison }) => pairText(first, other, comparison));
  return { ...base, leader: first.model, decided, text: `${first.model} has ${figure(first)}: ${pairs.join('; ')}.` };
}

function headlineOf(summary: Summary, scores: readonly ScoreVerdict[]): string {
  const total = scores.length;
  const models = summary.models.map((model) => model.name);
  if (total === 0) return `Nothing was scored on ${summary.dataset.name}.`;
  if (models.length === 1) {
    const first = scores[0]!;
    return `${first.text.replace(/:.*$/s, '')} was scored on ${plural(summary.dataset.samples, 'sample')} of ${summary.dataset.name}.`;
  }
  const wins = new Map<string, number>();
  for (const score of scores)
    if (score.decided && score.leader) wins.set(score.leader, (wins.get(score.leader) ?? 0) + 1);
  const open = total - [...wins.values()].reduce((sum, n) => sum + n, 0);
  const winners = [...wins].sort((a, b) => b[1] - a[1]);
  const [winner] = winners;
  const of = total === 1 ? 'the one score' : `the ${total} scores`;
  if (winner === undefined) return `These samples cannot tell ${joinWords(models)} apart on ${of}.`;
  const beats = models.length === 2 ? `better than ${models.find((name) => name !== winner[0])}` : 'best';
  if (winners.length === 1 && open === 0)
    return `${winner[0]} is ${beats} on ${total === 1 ? of : `all ${total} scores`}.`;
  if (winners.length === 1) {
    return `${winner[0]} is ${beats} on ${winner[1]} of ${total} scores; on the other ${open === 1 ? 'one' : open} these samples cannot tell.`;
  }
  const parts = winners.map(([name, n], i) => `${name} is best on ${n}${i === 0 ? ` of ${total} scores` : ''}`);
  return `No model is best throughout: ${joinWords(parts)}${open > 0 ? `; on ${open} these samples cannot tell` : ''}.`;
}

/** The run's decision in words: a model counts as better only where a paired test supports it. */
export function verdictOf(summary: Summary): Verdict {
  const overall = groupBy(
    summary.scores.filter((score) => score.category === null && score.value !== null),
    (score) => `${score.algorithm}\n${score.score}`,
  );
  const scores = [...overall.values()]
    .map((group) => judgeScore(summary, rankByScore(group)))
    .filter((score) => score !== null);
  return { headline: headlineOf(summary, scores), scores };
}
