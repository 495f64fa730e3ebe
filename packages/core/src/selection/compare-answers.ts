import type { SampleRow } from '../results/summary.ts';

/** One sample as two runs answered it. */
export interface AnswerPair {
  readonly model: string;
  readonly index: number;
  readonly input: string;
  readonly outputs: readonly [string | null, string | null];
  readonly states: readonly [SampleRow['state'], SampleRow['state']];
  /** Second minus first, by `algorithm.score`; only scores that both have. */
  readonly differences: Readonly<Record<string, number>>;
  readonly isSameAnswer: boolean;
}

/** Pairs the rows of two runs of one dataset by model and position, in that order; rows that only one has are left out. */
export async function compareAnswers(
  first: AsyncIterable<SampleRow>,
  second: AsyncIterable<SampleRow>,
): Promise<AnswerPair[]> {
  const key = ({ model, index }: SampleRow): string => JSON.stringify([model, index]);
  const before = new Map<string, SampleRow>();
  for await (const row of first) before.set(key(row), row);
  const pairs: AnswerPair[] = [];
  for await (const row of second) {
    const other = before.get(key(row));
    if (other !== undefined) pairs.push(pairOf(other, row));
  }
  return pairs.sort((a, b) => (a.model === b.model ? a.index - b.index : a.model < b.model ? -1 : 1));
}

function pairOf(a: SampleRow, b: SampleRow): AnswerPair {
  const shared = Object.keys(a.scores).filter((name) => name in b.scores);
  return {
    model: a.model,
    index: a.index,
    input: a.input,
    outputs: [a.output, b.output],
    states: [a.state, b.state],
    differences: Object.fromEntries(shared.map((name) => [name, b.scores[name]! - a.scores[name]!])),
    isSameAnswer: a.output !== null && a.output === b.output,
  };
}
