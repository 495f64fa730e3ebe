import type { RangedSample, SampleRecord } from './journal-record.ts';
import type { ReadRange } from './read-journal.ts';

const NEWLINE = 10;

/** The samples of a scored range, in order. @param isWanted by position in the range; what it refuses is not parsed */
export function* rangeSamples(
  { range, lines }: ReadRange,
  isWanted: (position: number) => boolean = () => true,
): Generator<SampleRecord> {
  let start = 0;
  for (let position = 0; position < range.samples; position += 1) {
    const end = lines.indexOf(NEWLINE, start);
    if (isWanted(position)) {
      const sample = JSON.parse(lines.toString('utf8', start, end)) as RangedSample;
      yield { kind: 'sample', model: range.model, ...sample };
    }
    start = end + 1;
  }
}
