import { labelSet } from './label-set.ts';

/**
 * The one label that a judge's reply means: the whole reply, its first line, or the only label in it. A reply that names
 * none, or several, is no verdict.
 */
export function judgeVerdict(reply: string, labels: readonly string[]): string | undefined {
  const all = labelSet(labels);
  for (const part of [reply, reply.trim().split('\n', 1)[0] ?? '']) {
    const whole = all.of(part);
    if (labels.includes(whole)) return whole;
  }
  const named = labels.filter((label) => labelSet([label]).find(reply) !== undefined);
  const longest = named.filter((label) => !named.some((other) => other !== label && labelSet([label]).find(other)));
  return longest.length === 1 ? longest[0] : undefined;
}
