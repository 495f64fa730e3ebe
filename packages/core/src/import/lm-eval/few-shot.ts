import { pythonSampler } from '@assay/metrics';
import { AssayError, type SourcePlace } from '../../errors/assay-error.ts';
import type { Doc } from './jinja-template.ts';

/** lm-evaluation-harness's own default, `--seed 0,1234,1234,1234`. */
const FEW_SHOT_SEED = 1234;

export interface FewShotOptions {
  readonly docs: readonly Doc[];
  readonly shots: number;
  readonly sampler: 'default' | 'first_n';
  /** Whether the examples come from the rows that are asked: the row itself is left out then. */
  readonly excludesOwn: boolean;
  readonly at: SourcePlace;
}

/** Examples for one row after the other, drawn as lm-evaluation-harness draws them: call it once for each row, in order. */
export function fewShotSampler(options: FewShotOptions): (doc: Doc) => readonly Doc[] {
  const { docs, shots, sampler, excludesOwn, at } = options;
  const random = pythonSampler(FEW_SHOT_SEED);
  const draw = (from: readonly Doc[], count: number): Doc[] => {
    if (count > from.length) throw tooFew(count, from.length, at);
    return random.sample(from.length, count).map((position) => from[position]!);
  };
  const texts = excludesOwn ? new Map(docs.map((doc) => [doc, JSON.stringify(doc)])) : undefined;
  const others = (from: readonly Doc[], own: Doc): Doc[] => {
    const text = JSON.stringify(own);
    return from.filter((doc) => texts?.get(doc) !== text);
  };
  return (own) => {
    if (sampler === 'first_n') {
      const pool = excludesOwn ? others(docs, own) : docs;
      if (shots > pool.length) throw tooFew(shots, pool.length, at);
      return pool.slice(0, shots);
    }
    if (!excludesOwn) return draw(docs, shots);
    const chosen = others(draw(docs, shots + 1), own).slice(0, shots);
    return chosen.length < shots ? draw(others(docs, own), shots) : chosen;
  };
}

function tooFew(wanted: number, found: number, at: SourcePlace): AssayError {
  return new AssayError('IMPORT_UNSUPPORTED', `${wanted} few-shot examples are wanted, but there are ${found}`, {
    at,
    hint: 'give more rows for the few-shot split, or fewer examples with --num-fewshot',
  });
}
