import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { ValidConfig } from '../config/load-config.ts';
import { type Gate, parseGate } from '../config/parse-gate.ts';
import type { AssayError, SourcePlace } from '../errors/assay-error.ts';
import { weighsDistance } from '../selection/selection-objectives.ts';
import { isNamed, knownScores, unknownScore } from './known-scores.ts';

/**
 * Whether every score that the config's gates, selection and imported_from name is one that the run will have: after the run it would be
 * late to say. @throws AssayError CONFIG_INVALID
 */
export function checkDecisions(
  loaded: Pick<ValidConfig, 'config' | 'placeOf'>,
  instances: readonly AlgorithmInstance[],
): void {
  for (const problem of decisionProblems(loaded, instances)) throw problem;
}

/** Everything that `checkDecisions` would throw. */
export function decisionProblems(
  { config, placeOf }: Pick<ValidConfig, 'config' | 'placeOf'>,
  instances: readonly AlgorithmInstance[],
): AssayError[] {
  const problems = [...(config.gates?.entries() ?? [])].flatMap(([i, gate]) =>
    gateProblems(parseGate(gate), instances, placeOf(['gates', i])),
  );
  const { score, weights = {}, pareto = [] } = config.selection ?? {};
  const all = knownScores(instances);
  const known = all.map(({ name }) => name);
  const named: readonly (readonly [string, readonly (string | number)[]])[] = [
    ...(score === undefined ? [] : [[score, ['selection', 'score']] as const]),
    ...Object.keys(weights).map((name) => [name, ['selection', 'weights', name]] as const),
    ...pareto.map((name, i) => [name, ['selection', 'pareto', i]] as const),
  ];
  for (const [theirs, name] of Object.entries(config.imported_from?.scores ?? {})) {
    if (!known.includes(name))
      throw unknownScore('imported_from', name, known, placeOf(['imported_from', 'scores', theirs]));
  }
  for (const [name, path] of named) {
    const found = all.find((each) => isNamed(each.name, name));
    if (found === undefined) {
      problems.push(unknownScore('selection', name, known, placeOf([...path])));
      continue;
    }
    const { better } = found.spec;
    if (name in weights && typeof better === 'object')
      problems.push(weighsDistance(name, better.target, placeOf([...path])));
  }
  return problems;
}

/** Whether the scores that gates name are there. @throws AssayError CONFIG_INVALID */
export function checkGateScores(
  gates: readonly Gate[],
  instances: readonly AlgorithmInstance[],
  at?: SourcePlace,
): void {
  for (const problem of gateProblems(gates, instances, at)) throw problem;
}

function gateProblems(
  gates: readonly Gate[],
  instances: readonly AlgorithmInstance[],
  at: SourcePlace | undefined,
): AssayError[] {
  const all = knownScores(instances);
  return gates.flatMap((gate) => {
    if (gate.kind === 'state' || gate.score === undefined) return [];
    const known = all.filter(({ ofSamples }) => ofSamples || gate.kind === 'score').map(({ name }) => name);
    return known.includes(gate.score) ? [] : [unknownScore(`the gate "${gate.text}"`, gate.score, known, at)];
  });
}
