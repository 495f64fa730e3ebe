import type { RunEntry } from '../../src/view-pages/runs-page.ts';
import { plural } from '../../src/wording/format-number.ts';
import { joinWords } from '../../src/wording/join-words.ts';
import type { Against } from './use-against.ts';

/** What the list answers, in a sentence: which runs beat the baseline, and what goes on. */
export function runsHeadline(runs: readonly RunEntry[], against: Against): string {
  if (runs.length === 0) return 'No runs yet.';
  const verdicts = [...against.values()].map(({ verdict }) => verdict);
  const better = verdicts.filter((verdict) => verdict === 'better').length;
  const worse = verdicts.filter((verdict) => verdict === 'worse').length;
  const running = runs.filter(({ state }) => state === 'running').length;
  const going = running === 0 ? '' : ` ${plural(running, 'run')} ${running === 1 ? 'goes' : 'go'} on.`;
  if (!runs.some(({ isStarred }) => isStarred))
    return `${plural(runs.length, 'run')}. Star one to hold others against it.${going}`;
  if (better + worse === 0) return `No run is told from the baseline.${going}`;
  const parts = [
    ...(better > 0 ? [`${plural(better, 'run')} beat${better === 1 ? 's' : ''} the baseline`] : []),
    ...(worse > 0 ? [`${plural(worse, 'run')} ${worse === 1 ? 'is' : 'are'} worse`] : []),
  ];
  return `${joinWords(parts)}.${going}`;
}
