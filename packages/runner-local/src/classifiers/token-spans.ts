import type { TextSpan } from '@assay/core';
import type { TokenOffset } from './token-offsets.ts';

/** What a classifier of tokens said of one token: its likeliest label and that one's probability. */
export interface TokenLabel {
  readonly label: string;
  readonly score: number;
  readonly offset: TokenOffset;
}

interface Group {
  readonly label: string;
  readonly tokens: TokenLabel[];
}

/** The label of tokens in no span. */
const OUTSIDE = 'O';

/**
 * Joins neighbours of one label to spans, as transformers does with aggregation "simple": `B-` begins a span, and so does
 * another label. Tokens labelled `O` are in none.
 */
export function tokenSpans(tokens: readonly TokenLabel[]): TextSpan[] {
  const groups: Group[] = [];
  for (const token of tokens) {
    const [begins, label] = parted(token.label);
    const last = groups.at(-1);
    if (last !== undefined && last.label === label && !begins) last.tokens.push(token);
    else groups.push({ label, tokens: [token] });
  }
  return groups.filter(({ label }) => label !== OUTSIDE).flatMap(spanOf);
}

/** Numbers of one span as they cross threads. */
const SPAN_NUMBERS = 4;

/** Spans as numbers: label, start, end and score of each. */
export function writeSpans(spans: readonly TextSpan[], labels: readonly string[]): number[] {
  return spans.flatMap(({ label, start, end, score }) => [labels.indexOf(label), start, end, score]);
}

/** The same read back. */
export function readSpans(values: Float32Array, labels: readonly string[]): TextSpan[] {
  return Array.from({ length: values.length / SPAN_NUMBERS }, (_, at) => {
    const [label, start, end, score] = values.subarray(at * SPAN_NUMBERS, (at + 1) * SPAN_NUMBERS);
    return { label: labels[label!]!, start: start!, end: end!, score: score! };
  });
}

/** Labels that spans can have, without the marks of their beginning. */
export function spanLabels(labels: readonly string[]): string[] {
  return [...new Set(labels.map((label) => parted(label)[1]))].filter((label) => label !== OUTSIDE);
}

function parted(label: string): readonly [begins: boolean, label: string] {
  return /^[BI]-/.test(label) ? [label.startsWith('B-'), label.slice(2)] : [false, label];
}

function spanOf({ label, tokens }: Group): TextSpan[] {
  const placed = tokens.flatMap(({ offset }) => (offset === null ? [] : [offset]));
  if (placed.length === 0) return [];
  const score = tokens.reduce((sum, token) => sum + token.score, 0) / tokens.length;
  return [{ label, start: placed[0]![0], end: placed.at(-1)![1], score }];
}
