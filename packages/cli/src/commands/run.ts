import { ALGORITHMS, AssayError, inertKeys, loadConfig, requireValid, resolveRunners } from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import type { RunFlags } from '../flags/run-flags.ts';
import { printFindings } from '../print/print-findings.ts';
import { type RunWatcher, runAndPrint } from '../run-and-print.ts';

export async function run(config: string, flags: RunFlags & { readonly watch?: true }): Promise<number> {
  if (flags.retryFailed && flags.resume === undefined && flags.output === undefined) {
    throw new AssayError('USAGE', '--retry-failed goes with --resume', {
      hint: `Write: assay run ${config} --resume --retry-failed`,
    });
  }
  if (flags.watch !== true) return runOnce(config, flags);
  const { watchRuns } = await import('../watch/watch-runs.ts');
  return watchRuns(config, flags, (watcher) => runOnce(config, flags, watcher));
}

async function runOnce(config: string, flags: RunFlags, watcher?: RunWatcher): Promise<number> {
  const loaded = await loadConfig(config, { algorithms: ALGORITHMS });
  const isWrong = loaded.findings.some(({ severity }) => severity === 'error');
  if (isWrong || flags.display !== 'none') printFindings(loaded.findings, process.stderr);
  if (isWrong) return EXIT.usage;
  const valid = requireValid(loaded);
  if (flags.display !== 'none') {
    const models = resolveRunners(valid, flags);
    printFindings(inertKeys(valid, models), process.stderr);
    const { localModel } = flags;
    if (
      localModel !== undefined &&
      !models.some((model) => model.runner === 'local' && model.local.model === localModel)
    )
      process.stderr.write(
        'note --local-model stands in where a model names no local one, and here each has its own\n',
      );
  }
  return runAndPrint(valid, flags, watcher);
}
