import {
  entailmentModel,
  errorFinding,
  type Finding,
  isAssayError,
  type ResolvedModel,
  resolveJudge,
  type ValidConfig,
} from '@assay/core';
import { checkModels } from './check-models.ts';

/** Looks for the models that judge beside those of the config, which are looked at anyway: by name, by folder, or in a block. */
export async function checkJudges(config: ValidConfig): Promise<readonly Finding[]> {
  const { algorithms, models } = config.config;
  const known = new Set(models.map(({ name }) => name));
  const findings: Finding[] = [];
  for (const [index, { algorithm, options }] of algorithms.entries()) {
    const at = config.placeOf(['algorithms', index, 'judge']);
    for (const judge of [options.judge ?? [], options.judges ?? []].flat(2)) {
      const text = typeof judge === 'string' ? judge : JSON.stringify(judge);
      if (known.has(text)) continue;
      const encoder = entailmentModel(text);
      let model: ResolvedModel;
      try {
        model = resolveJudge(config, encoder ?? text);
      } catch (thrown) {
        if (!isAssayError(thrown)) throw thrown;
        findings.push(errorFinding(thrown, at));
        continue;
      }
      // A cross-encoder compares texts, and is opened for nothing else.
      const asked = new Map(encoder === undefined ? [['generate', [algorithm]] as const] : []);
      const found = await checkModels([model], { baseDir: config.baseDir, placeOf: () => at }, asked);
      findings.push(...found.findings);
    }
  }
  return findings;
}
