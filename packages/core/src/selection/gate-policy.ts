import type { GateResult, GateStatus } from './gate-result.ts';

/** What an inconclusive gate means for the exit code: as if failed, as if passed, or passed with a word. */
export const INCONCLUSIVE_POLICIES = ['fail', 'pass', 'warn'] as const;
export type InconclusivePolicy = (typeof INCONCLUSIVE_POLICIES)[number];

/** The stated policy; without one `fail` where the environment says CI, else `warn`. */
export function inconclusivePolicy(
  stated: InconclusivePolicy | undefined,
  env: Readonly<Record<string, string | undefined>>,
): InconclusivePolicy {
  if (stated !== undefined) return stated;
  const { CI = '' } = env;
  return CI === '' || CI === 'false' || CI === '0' ? 'warn' : 'fail';
}

/** Gates together: failed where one failed; inconclusive where the policy does not let one pass. */
export function gatesOutcome(results: readonly Pick<GateResult, 'status'>[], policy: InconclusivePolicy): GateStatus {
  if (results.some(({ status }) => status === 'failed')) return 'failed';
  const isOpen = results.some(({ status }) => status === 'inconclusive');
  return isOpen && policy === 'fail' ? 'inconclusive' : 'passed';
}
