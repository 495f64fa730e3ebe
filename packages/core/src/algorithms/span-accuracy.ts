import { z } from 'zod';
import { type Aggregate, defineAlgorithm } from './algorithm.ts';
import { answerText } from './answer-text.ts';
import { shareFigure } from './class-figures.ts';
import { binary, ratio } from './score-specs.ts';
import { type StatedSpan, statedSpans } from './text-spans.ts';

const options = z.strictObject({
  match: z
    .enum(['offsets', 'text'])
    .default('offsets')
    .describe('Whether a span is right by label, start and end, or by label and text. Default offsets.'),
});

/** Spans that are right, that the output names, and that the target names. */
type Counts = readonly [right: number, found: number, wanted: number];

const overall: Aggregate<Counts, Counts> = {
  scores: {
    span_precision: ratio('Share of the spans in the outputs that are right.'),
    span_recall: ratio('Share of the targets’ spans that the outputs name.'),
    span_f1: ratio('Harmonic mean of the two, over all spans of the dataset (seqeval’s micro average).'),
  },
  empty: () => [0, 0, 0],
  add: sum,
  merge: sum,
  result: ([right, found, wanted]) => ({
    span_precision: found === 0 ? null : right / found,
    span_recall: wanted === 0 ? null : right / wanted,
    span_f1: found + wanted === 0 ? null : (2 * right) / (found + wanted),
  }),
  corpus: (units) => ({
    span_precision: shareFigure(units.map(([right, found]) => [right, found])),
    span_recall: shareFigure(units.map(([right, , wanted]) => [right, wanted])),
    span_f1: shareFigure(units.map(([right, found, wanted]) => [2 * right, found + wanted])),
  }),
};

/**
 * Whether the output names the right parts of the input: names, personal data, claims without a source. It is a JSON list of
 * spans, as a classifier of tokens answers. What is no such list names none.
 * @see https://github.com/chakki-works/seqeval
 */
export const spanAccuracy = defineAlgorithm({
  name: 'span_accuracy',
  summary: 'Whether the output names the right spans of the input.',
  options,
  needs: () => ['model_input', 'target_output'],
  scores: () => ({ exact_spans: binary('The output names the target’s spans and no others.') }),
  primary: () => ['span_f1', 'exact_spans'],
  aggregates: () => ({ spans: overall as Aggregate }),
  score: ({ sample, answers }, { match }) => {
    const { model_input: input = '', target_output: target = '' } = sample.features;
    const wanted = statedSpans(target);
    if (wanted === undefined) return { unscored: 'target_no_spans' };
    const keyOf = (span: StatedSpan): string =>
      match === 'text'
        ? JSON.stringify([span.label, span.text ?? input.slice(span.start ?? 0, span.end ?? 0)])
        : JSON.stringify([span.label, span.start ?? null, span.end ?? null]);
    const found = (statedSpans(answerText({ answers })) ?? []).map(keyOf);
    const right = commonOf(wanted.map(keyOf), found);
    const isExact = right === wanted.length && right === found.length;
    return { scores: { exact_spans: Number(isExact) }, statistics: { spans: [right, found.length, wanted.length] } };
  },
  signature: ({ match }) => `span_accuracy|match:${match}|average:micro|v1`,
});

function sum([right, found, wanted]: Counts, [moreRight, moreFound, moreWanted]: Counts): Counts {
  return [right + moreRight, found + moreFound, wanted + moreWanted];
}

/** Size of the intersection; what stands twice counts twice. */
function commonOf(wanted: readonly string[], found: readonly string[]): number {
  const left = new Map<string, number>();
  for (const key of wanted) left.set(key, (left.get(key) ?? 0) + 1);
  let common = 0;
  for (const key of found) {
    const count = left.get(key) ?? 0;
    if (count === 0) continue;
    left.set(key, count - 1);
    common += 1;
  }
  return common;
}
