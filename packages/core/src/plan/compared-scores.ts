import type { Aggregate, ScoreSpec } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { ValidConfig } from '../config/load-config.ts';
import { AssayError } from '../errors/assay-error.ts';
import { isNamed, knownScores, unknownScore } from './known-scores.ts';

type Specs = Readonly<Record<string, ScoreSpec>>;

/**
 * The algorithms with how their scores are compared: which are primary, and their margins and greatest changes.
 * @throws AssayError CONFIG_INVALID for a score that is not there, a margin or change that its range does not hold
 */
export function comparedAlgorithms(
  { config: { compare = {} }, placeOf }: ValidConfig,
  instances: readonly AlgorithmInstance[],
): AlgorithmInstance[] {
  const all = knownScores(instances);
  const named = (name: string, ...path: (string | number)[]) => {
    const found = all.find((each) => isNamed(each.name, name));
    if (found !== undefined) return found;
    const names = all.map((each) => each.name);
    throw unknownScore('compare', name, names, placeOf(['compare', ...path]));
  };
  const wanted = compare.primary?.map((name, at) => named(name, 'primary', at).name);
  const sizes = (key: 'margins' | 'max_change') =>
    new Map(
      Object.entries(compare[key] ?? {}).map(([name, size]) => {
        const found = named(name, key, name);
        checkSize(key, found, size, placeOf(['compare', key, name]));
        return [found.name, size] as const;
      }),
    );
  const [margins, changes] = [sizes('margins'), sizes('max_change')];
  for (const [name, margin] of margins) {
    const most = changes.get(name);
    if (most !== undefined && margin >= most)
      throw new AssayError('CONFIG_INVALID', `the margin ${margin} of ${name} is not below its max_change ${most}`, {
        at: placeOf(['compare', 'margins']),
        hint: 'Two models could never differ by it: give a smaller margin.',
      });
  }
  return instances.map((instance) => {
    const own = wanted ?? primaryOf(instance).map((score) => `${instance.label}.${score}`);
    const mark = (specs: Specs): Specs =>
      Object.fromEntries(
        Object.entries(specs).map(([score, spec]) => {
          const name = `${instance.label}.${score}`;
          const [margin, maxChange] = [margins.get(name), changes.get(name)];
          const marked: ScoreSpec = {
            ...spec,
            ...(own.includes(name) ? { primary: true } : {}),
            ...(margin === undefined ? {} : { margin }),
            ...(maxChange === undefined ? {} : { maxChange }),
          };
          return [score, marked];
        }),
      );
    const aggregates = Object.entries(instance.aggregates).map(([name, aggregate]): [string, Aggregate] => [
      name,
      { ...aggregate, scores: mark(aggregate.scores) },
    ]);
    return { ...instance, scores: mark(instance.scores), aggregates: Object.fromEntries(aggregates) };
  });
}

/** Those that the algorithm declares, else its first. */
function primaryOf({ algorithm, options, scores }: AlgorithmInstance): readonly string[] {
  return algorithm.primary?.(options) ?? Object.keys(scores).slice(0, 1);
}

function checkSize(
  key: 'margins' | 'max_change',
  { name, spec: { range } }: { readonly name: string; readonly spec: ScoreSpec },
  size: number,
  at: AssayError['at'],
): void {
  const width = range[1] - range[0];
  if (key === 'margins' ? size < width : size <= width) return;
  const what = key === 'margins' ? 'margin' : 'max_change';
  throw new AssayError('CONFIG_INVALID', `the ${what} ${size} of ${name} is outside its range`, {
    ...(at === undefined ? {} : { at }),
    hint: `The score runs from ${range[0]} to ${range[1]}: ${key === 'margins' ? 'a margin is smaller than' : 'no sample changes by more than'} ${width}.`,
  });
}
