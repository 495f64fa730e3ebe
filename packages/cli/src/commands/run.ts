import { ALGORITHMS, loadConfig, requireValid } from '@assay/core';
import { printFindings } from '../print/print-findings.ts';
import { type RunFlags, runPlanned } from '../run-planned.ts';

export async function run(config: string, flags: RunFlags): Promise<number> {
  const loaded = await loadConfig(config, { algorithms: ALGORITHMS });
  if (flags.display !== 'none') printFindings(loaded.findings, process.stderr);
  return runPlanned(requireValid(loaded), flags, `assay run ${config}`);
}
