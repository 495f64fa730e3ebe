import { resolve } from 'node:path';
import type { Algorithm, HumanLabels, ScoreOutcome } from '../algorithms/algorithm.ts';
import { answerText } from '../algorithms/answer-text.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { JudgedSample } from '../algorithms/judged-units.ts';
import { textDigest } from '../labels/human-label.ts';
import { LabelBook } from '../labels/label-book.ts';
import { readLabels } from '../labels/label-file.ts';

/** A judge that is held against what people said of the outputs, in a labels file. Other algorithms stay as they are. */
export function labelledAlgorithm(instance: AlgorithmInstance, book: LabelBook | undefined): AlgorithmInstance {
  const { algorithm } = instance;
  const judge = algorithm.humanLabels?.(instance.options);
  if (book === undefined || judge === undefined) return instance;
  const rubric = textDigest(judge.rubric);
  const score: Algorithm['score'] = (input, options) => {
    const output = textDigest(answerText(input));
    const { labels, otherRubric } = book.of(input.sample.digest, output, rubric);
    if (labels.length === 0 && !otherRubric) return algorithm.score(input, options);
    const word = majority(labels);
    const { human_label: _, ...others } = input.sample.features;
    const features = word === undefined ? others : { ...others, human_label: word };
    return withLabel(algorithm.score({ ...input, sample: { ...input.sample, features } }, options), labels, judge);
  };
  return { ...instance, algorithm: { ...algorithm, score } };
}

/** The labels of all files; undefined where the config names none. @throws AssayError DATASET_* */
export async function readLabelBook(
  files: string | readonly string[] | undefined,
  baseDir: string,
): Promise<LabelBook | undefined> {
  if (files === undefined) return undefined;
  const book = new LabelBook();
  for (const file of [files].flat()) for (const label of await readLabels(resolve(baseDir, file))) book.add(label);
  return book;
}

/** The label that more people gave than any other; undefined where there is none. */
function majority(labels: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [first, second] = [...counts].sort(([, a], [, b]) => b - a);
  return first === undefined || first[1] === second?.[1] ? undefined : first[0];
}

/** Several people's labels count by their mean. A label that is none of the judge's, or of another rubric, counts as none. */
function withLabel(outcome: ScoreOutcome, labels: readonly string[], { values }: HumanLabels): ScoreOutcome {
  if ('unscored' in outcome || outcome.statistics?.judged === undefined) return outcome;
  const { label: _, unread: __, ...judged } = outcome.statistics.judged as JudgedSample;
  const known = labels.flatMap((label) => (Object.hasOwn(values, label) ? [values[label]!] : []));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const isContradicted = new Set(labels).size > 1;
  const said: JudgedSample = {
    ...judged,
    ...(known.length === 0 ? { unread: true } : { label: mean }),
    ...(isContradicted ? { contradicted: true } : {}),
  };
  return { ...outcome, statistics: { ...outcome.statistics, judged: said } };
}
