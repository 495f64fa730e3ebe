import { groupBy } from '../collections/group-by.ts';
import { joinWords } from '../wording/join-words.ts';
import type { Verdict } from '../wording/verdict.ts';

/** What was found on which scores, in a few sentences: `A is better on f1 and recall. Cannot tell: exact.` */
export function findingOf({ scores }: Verdict, models: number): string {
  if (models < 2 || scores.length === 0) return '';
  const decided = [
    ...groupBy(
      scores.filter((each) => each.decided),
      ({ ruling }) => ruling,
    ),
  ];
  const open = [
    ...groupBy(
      scores.filter((each) => !each.decided),
      ({ ruling }) => ruling,
    ),
  ];
  const names = (own: Verdict['scores']) => joinWords(own.map(({ score }) => score));
  return [
    ...decided.map(([ruling, own]) => `${ruling} on ${names(own)}.`),
    ...open.map(([ruling, own]) => `${ruling[0]!.toUpperCase()}${ruling.slice(1)}: ${names(own)}.`),
  ].join(' ');
}
