import type { FeatureName } from '../../samples/sample.ts';
import { CRITERIA, SHOWN } from './criteria.ts';
import { entailmentModel } from './entailment-judge.ts';
import type { JudgeOptions } from './judge-options.ts';

/** The options of a judge, completed: what every part of judging works by. */
export interface Judging
  extends Pick<
    JudgeOptions,
    | 'mode'
    | 'combine'
    | 'constrained'
    | 'score'
    | 'swap'
    | 'repeats'
    | 'reasons'
    | 'against'
    | 'label_field'
    | 'criterion'
  > {
  readonly rubric: string;
  /** Of a checklist: given in the config, in a file or by the row. */
  readonly items: Exclude<JudgeOptions['items'], { readonly file: string }>;
  /** By label: what it scores. In compare mode: what a comparison can end in. */
  readonly values: Readonly<Record<string, number>>;
  /** By label: when it is deserved, where the config says so. */
  readonly meanings: Readonly<Record<string, string>>;
  /** Least and greatest of `values`. */
  readonly range: readonly [number, number];
  readonly shows: ReadonlySet<(typeof SHOWN)[number]>;
  /** Of the row, beside the output. */
  readonly needs: readonly FeatureName[];
  /** Names as they are; blocks as JSON, which the helper reads back. */
  readonly judges: readonly string[];
  /** One a judge. */
  readonly weights: readonly number[];
  /** One a judge: how sure it must be for a cascade to end with it. */
  readonly sureFrom: readonly number[];
}

const RIGHT = 'Judge whether the answer to the question is right.';
const CORRECT = { correct: 1, incorrect: 0 };
/** What a comparison can end in, and what it scores. */
const COMPARISON: Readonly<Record<string, number>> = { output: 1, tie: 0.5, reference: 0 };

export function judgingOf(options: JudgeOptions): Judging {
  const { mode, combine, constrained, score, swap, repeats, reasons, items, against, label_field } = options;
  const isKept = items !== undefined && 'file' in items;
  const criterion = options.criterion === undefined ? undefined : CRITERIA[options.criterion];
  const judges = [options.judge].flat().map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
  const labels: NonNullable<JudgeOptions['labels']> =
    mode === 'compare' ? COMPARISON : (options.labels ?? criterion?.labels ?? CORRECT);
  const values = Object.fromEntries(
    Object.entries(labels).map(([word, level]) => [word, typeof level === 'number' ? level : level.score]),
  );
  const scored = Object.values(values);
  return {
    ...{ mode, combine, constrained, score, repeats, reasons, against, label_field },
    // Until a run is planned nobody knows what the file holds.
    items: isKept ? (items.items ?? []) : items,
    criterion: options.criterion,
    // Two texts have no order that could be turned.
    swap: swap && !judges.every((judge) => entailmentModel(judge) !== undefined),
    rubric: options.rubric ?? criterion?.rubric ?? RIGHT,
    values,
    meanings: Object.fromEntries(
      Object.entries(labels).flatMap(([word, level]) => (typeof level === 'number' ? [] : [[word, level.means]])),
    ),
    range: [Math.min(...scored), Math.max(...scored)],
    shows: new Set(options.shows ?? criterion?.shows ?? SHOWN),
    needs: [
      ...(criterion?.needs ?? []),
      ...(mode === 'compare' && against === undefined ? ['target_output' as const] : []),
    ],
    judges,
    weights: options.weights ?? judges.map(() => 1),
    sureFrom: judges.map((_, at) => options.sure_from?.[at] ?? 0),
  };
}
