import type { RangedSample, SampleRecord } from './journal-record.ts';
import type { ReadRange } from './read-journal.ts';
import { partSamples } from './read-part.ts';

const NEWLINE = 10;
/** A line begins with the sample's index. */
const INDEX_AT = '{"sample":'.length;

/** The samples of a scored range, in order. @param isWanted by the sample's index; what it refuses is not parsed */
export function* rangeSamples(
  { range, content: lines }: ReadRange,
  isWanted?: (sample: number) => boolean,
): Generator<SampleRecord> {
  if (range.part !== undefined) {
    for (const sample of partSamples(lines, isWanted)) yield { kind: 'sample', model: range.model, ...sample };
    return;
  }
  let start = 0;
  for (let position = 0; position < range.samples; position += 1) {
    const end = lines.indexOf(NEWLINE, start);
    const index = () => Number.parseInt(lines.toString('latin1', start + INDEX_AT, start + INDEX_AT + 16), 10);
    if (isWanted === undefined || isWanted(index())) {
      const sample = JSON.parse(lines.toString('utf8', start, end)) as RangedSample;
      yield { kind: 'sample', model: range.model, ...sample };
    }
    start = end + 1;
  }
}
