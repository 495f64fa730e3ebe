import { NO_INTERVAL, type ScoreSummary, weightWords } from 'assay/internal';

/** Figures whose missing interval is no lack of knowledge. */
const EXACT: ReadonlySet<string> = new Set(['count', 'p_value', 'no_samples']);
/** Reasons for which not even the figure is known: they are told always. */
const NO_VALUE = ['weights', 'no_weight'] as const;

/** That means are weighted, and which figures are not known for that. */
export function weightNotes(rows: readonly ScoreSummary[]): string[] {
  const words = weightWords(rows);
  const unknown = NO_VALUE.flatMap((why) => {
    const names = [...new Set(rows.filter(({ intervalMissing }) => intervalMissing === why).map(({ score }) => score))];
    return names.length === 0 ? [] : [`no value of ${names.join(', ')}: ${NO_INTERVAL[why]}`];
  });
  return words === null ? unknown : [words, ...unknown];
}

/** Why figures of an algorithm have no interval, a line for each reason; with the median where that is known. */
export function intervalNotes(rows: readonly ScoreSummary[], figure: (value: number) => string): string[] {
  return Object.entries(NO_INTERVAL).flatMap(([why, words]) => {
    const found = rows.filter(({ intervalMissing }) => intervalMissing === why);
    if (found.length === 0 || EXACT.has(why) || NO_VALUE.some((each) => each === why)) return [];
    const names = [...new Set(found.map(({ score }) => score))];
    return [`  no interval of ${names.join(', ')}: ${words}`, ...medians(found, figure)];
  });
}

function medians(rows: readonly ScoreSummary[], figure: (value: number) => string): string[] {
  return rows.flatMap(({ model, score, median, p95 }) => {
    if (median === undefined) return [];
    const shown = ({ value, interval }: NonNullable<ScoreSummary['median']>) =>
      `${figure(value)}${interval === null ? '' : ` (${figure(interval[0])} … ${figure(interval[1])})`}`;
    const tail = p95 === undefined ? '' : `, 95th percentile ${shown(p95)}`;
    return [`    ${score} of ${model}: median ${shown(median)}${tail}`];
  });
}
