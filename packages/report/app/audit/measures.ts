import type { AuditedJudge, AuditedPair, AuditFigure } from '../../src/view-pages/judge-audit.ts';
import type { Axis } from '../marks/place.ts';

/** A figure of an audit as a row of a table. */
export interface Measure extends AuditFigure {
  readonly name: string;
  readonly axis: Axis;
  /** The value that is no bias; null where there is none. */
  readonly unbiased: number | null;
  /** In words, what it is. */
  readonly what: string;
}

const SHARE: Axis = { scale: { min: 0, max: 1, step: 0.25 }, isTurned: false };
const DIFFERENCE: Axis = { scale: { min: -1, max: 1, step: 0.5 }, isTurned: false };

type Kind = readonly [name: string, axis: Axis, unbiased: number | null, what: string];

const KINDS: Readonly<Record<Exclude<keyof AuditedJudge, Words>, Kind>> = {
  agreement: ['Agreement', SHARE, null, 'share of the labels that it repeats'],
  bias: ['Bias', DIFFERENCE, 0, 'judge − label; above 0 it is too kind'],
  correlation: ['Correlation', DIFFERENCE, 0, 'of its score with the labels'],
  first: ['Picks the first', SHARE, 0.5, 'position bias; 0.5 is none'],
  flipped: ['Changed by the order', SHARE, 0, 'share of outputs'],
  length: ['Length', DIFFERENCE, 0, 'of an output’s length with judge − label; above 0 it likes length too much'],
  selfPreference: [
    'Self-preference',
    DIFFERENCE,
    0,
    'of answers that people hold best: what its own model’s score more than others’',
  ],
  selfExcuse: ['Excuses its own', DIFFERENCE, 0, 'the same of answers that people hold worst'],
  unstable: ['Unstable', SHARE, 0, 'share of outputs on which its repeats differ'],
};
type Words = 'algorithm' | 'judge' | 'samples' | 'labelled' | 'usefulness';

/** Figures that the run shows. */
export function judgeMeasures(judge: AuditedJudge): Measure[] {
  return (Object.keys(KINDS) as (keyof typeof KINDS)[]).flatMap((key) => measure(judge[key], KINDS[key]));
}

export function pairMeasures(pairs: readonly AuditedPair[]): Measure[] {
  return pairs.flatMap(({ judges: [one, other], alike, difference }) => [
    ...measure(alike, [`${one} and ${other}`, SHARE, null, 'share of outputs on which both hold the same']),
    ...measure(difference, [`${other} − ${one}`, DIFFERENCE, 0, 'difference of their scores']),
  ]);
}

function measure(figure: AuditFigure | null, [name, axis, unbiased, what]: Kind): Measure[] {
  return figure === null ? [] : [{ ...figure, name, axis, unbiased, what }];
}
