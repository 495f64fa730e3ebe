import { createGenerator, type RandomGenerator } from 'assay/internal/metrics';
import type { TextPair } from '../metrics/read-pair.ts';

/** Words in a text of each kind: from, to. */
export const BENCH_LENGTHS = { short: [2, 12], summaries: [60, 120], long: [600, 1000] } as const satisfies Readonly<
  Record<string, readonly [number, number]>
>;

export type BenchLength = keyof typeof BENCH_LENGTHS;

const SYLLABLES = 'ba co di fer gan hol in ju kel lo mar nor op pra qui ros sta tur um ver wex yon zé 東 ski'.split(
  ' ',
);
const ENDINGS = ['', '', 's', 'ed', 'ing', 'ation', 'ly', 'ment'];

/** Pairs of made-up sentences; a hypothesis keeps about three words in four. The same for the same seed anywhere. */
export function benchCorpus(length: BenchLength, pairs: number, seed: number): TextPair[] {
  const generator = createGenerator(`${seed}/${length}`);
  const [from, to] = BENCH_LENGTHS[length];
  const vocabulary = Array.from({ length: 3000 }, () => madeUpWord(generator));
  // Squared, so that few words are common and most are rare.
  const word = (): string => vocabulary[Math.floor(generator.random() ** 2 * vocabulary.length)]!;
  return Array.from({ length: pairs }, () => {
    const words = Array.from({ length: from + generator.integers(to - from + 1) }, word);
    const kept = words.map((each) => (generator.random() < 0.75 ? each : word()));
    return { hypothesis: `${kept.join(' ')}.`, references: [`${words.join(' ')}.`] };
  });
}

function madeUpWord(generator: RandomGenerator): string {
  const syllables = Array.from(
    { length: 1 + generator.integers(3) },
    () => SYLLABLES[generator.integers(SYLLABLES.length)],
  );
  return syllables.join('') + ENDINGS[generator.integers(ENDINGS.length)];
}
