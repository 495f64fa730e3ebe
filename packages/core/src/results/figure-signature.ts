import type { ScoreSummary } from './summary.ts';

const INTERVAL = '|interval:';

/** What values depend on: how they were scored, and whether samples count by weights. */
export function valuesSignature(scored: string, isWeighted: boolean): string {
  return isWeighted ? `${scored}|weighted` : scored;
}

/** All that a figure depends on: how its values came about, and how its interval was made where it has one. */
export function figureSignature(values: string, method: ScoreSummary['intervalMethod']): string {
  return method === null ? values : `${values}${INTERVAL}${method}`;
}

/** What the values of a figure depend on, without its interval: figures of two runs are of one score where it is equal. */
export function valueSignature(signature: string): string {
  const at = signature.lastIndexOf(INTERVAL);
  return at === -1 ? signature : signature.slice(0, at);
}
