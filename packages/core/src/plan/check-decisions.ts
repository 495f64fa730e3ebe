import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { ValidConfig } from '../config/load-config.ts';
import { type Gate, parseGate } from '../config/parse-gate.ts';
import type { SourcePlace } from '../errors/assay-error.ts';
import { weighsDistance } from '../selection/selection-objectives.ts';
import { isNamed, knownScores, unknownScore } from './known-scores.ts';

/**
 * Whether every score that the config's gates and selection name is one that the run will have: after the run it would be
 * late to say. @throws AssayError CONFIG_INVALID
 */
export function checkDecisions({ config, placeOf }: ValidConfig, instances: readonly AlgorithmInstance[]): void {
  for (const [i, gate] of config.gates?.entries() ?? []) {
    checkGateScores(parseGate(gate), instances, placeOf(['gates', i]));
  }
  const { score, weights = {}, pareto = [] } = config.selection ?? {};
  const all = knownScores(instances);
  const known = all.map(({ name }) => name);
  const named: readonly (readonly [string, readonly (string | number)[]])[] = [
    ...(score === undefined ? [] : [[score, ['selection', 'score']] as const]),
    ...Object.keys(weights).map((name) => [name, ['selection', 'weights', name]] as const),
    ...pareto.map((name, i) => [name, ['selection', 'pareto', i]] as const),
  ];
  for (const [name, path] of named) {
    const found = all.find((each) => isNamed(each.name, name));
    if (found === undefined) throw unknownScore('selection', name, known, placeOf([...path]));
    const { better } = found.spec;
    if (name in weights && typeof better === 'object') throw weighsDistance(name, better.target, placeOf([...path]));
  }
}

/** Whether the scores that gates name are there. @throws AssayError CONFIG_INVALID */
export function checkGateScores(
  gates: readonly Gate[],
  instances: readonly AlgorithmInstance[],
  at?: SourcePlace,
): void {
  const all = knownScores(instances);
  for (const gate of gates) {
    if (gate.kind === 'state' || gate.score === undefined) continue;
    const known = all.filter(({ ofSamples }) => ofSamples || gate.kind === 'score').map(({ name }) => name);
    if (!known.includes(gate.score)) throw unknownScore(`the gate "${gate.text}"`, gate.score, known, at);
  }
}
