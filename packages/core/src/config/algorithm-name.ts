/**
 * Our name for an algorithm however it is written: FMEval's class names (`FactualKnowledge`,
 * `QAAccuracySemanticRobustness`) become snake case; a name that has no capital stays as it is.
 */
export function canonicalAlgorithmName(written: string): string {
  if (!/[A-Z]/.test(written)) return written.replaceAll('-', '_');
  return written
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
