import type { HelperModel } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { DescribeHelper } from '../scoring/helper-desk.ts';
import type { RunPlan } from './run-plan.ts';

/**
 * The plan's algorithms with the ids of their helper models in the signatures (`|helper:classify=local:NAME@sha256:…`),
 * found without loading them. A helper that cannot be had reads `unavailable`: it fails its algorithm, not the run.
 */
export async function pinHelpers({
  algorithms,
  describeHelper,
}: Pick<RunPlan, 'algorithms' | 'describeHelper'>): Promise<readonly AlgorithmInstance[]> {
  return Promise.all(
    algorithms.map(async (instance) => {
      if (instance.helpers.length === 0) return instance;
      const parts = await Promise.all(
        instance.helpers.map(async (helper) => `${helper.kind}=${await idOf(helper, describeHelper)}`),
      );
      return { ...instance, signature: `${instance.signature}|helper:${parts.join('+')}` };
    }),
  );
}

async function idOf({ kind, model }: HelperModel, describeHelper: DescribeHelper | undefined): Promise<string> {
  if (describeHelper === undefined) return model ?? 'default';
  try {
    return await describeHelper(kind, model);
  } catch {
    return 'unavailable';
  }
}
