import type { Decision, Summary } from '@assay/core';
import { RUN_TAG } from '../ownership/owned-tags.ts';

const LONGEST_VALUE = 256;
const LONGEST_DESCRIPTION = 1024;

/** At most 50 entries of 256 characters; the AWS sample's `score` and `algorithm` among them. */
export function packageMetadata(
  model: string,
  summary: Summary,
  { selection }: Decision,
  { runId, reportUri }: { readonly runId: string; readonly reportUri: string | undefined },
): Record<string, string> {
  const [algorithm = '', score = ''] = selection.score.split('.');
  const row = summary.scores.find(
    (each) => each.model === model && each.algorithm === algorithm && each.score === score && each.category === null,
  );
  const all = {
    algorithm,
    score_name: score,
    score: String(row?.value ?? 'none'),
    n: String(row?.n ?? 0),
    ...(row?.interval == null ? {} : { interval: `${row.interval[0]} to ${row.interval[1]}` }),
    ...(reportUri === undefined ? {} : { report: reportUri }),
    [RUN_TAG]: runId,
  };
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [key, metadataValue(value)]));
}

/** What SageMaker takes in a value: letters, digits, spaces and `_.:/=+-@`. */
const metadataValue = (text: string): string =>
  text.replaceAll(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '-').slice(0, LONGEST_VALUE);

/** What SageMaker takes as a description: one line, no control characters. */
export const describedAs = (text: string): string =>
  text
    .replaceAll(/[^\p{L}\p{M}\p{Z}\p{S}\p{N}\p{P}]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_DESCRIPTION);
