import { normaliseQuac } from '../text/normalisers.ts';
import { stripPython } from '../text/python-whitespace.ts';

/**
 * 1 if the lower-cased target is part of the lower-cased output, else 0 (FMEval's `factual_knowledge`). An empty target
 * is part of anything: 1.
 */
export function inclusion(output: string, target: string): number {
  return output.toLowerCase().includes(target.toLowerCase()) ? 1 : 0;
}

/**
 * 1 if the QuAC normal form of the stripped target is part of the output's, else 0 (FMEval's
 * `factual_knowledge_quasi_exact`). A target that normalises to nothing ("the") is part of anything: 1.
 */
export function quasiInclusion(output: string, target: string): number {
  return normaliseQuac(stripPython(output)).includes(normaliseQuac(stripPython(target))) ? 1 : 0;
}

/** Joins the scores of several acceptable answers: any of them (`OR`) or all (`AND`). */
export function combineTargets(scores: readonly number[], operator: 'OR' | 'AND' = 'OR'): number {
  return operator === 'OR' ? Math.max(...scores) : Math.min(...scores);
}
