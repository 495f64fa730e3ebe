import type { Algorithm, DatasetView } from '../algorithms/algorithm.ts';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import { heldAlgorithm } from '../algorithms/held-algorithm.ts';
import { type AlgorithmInstance, instantiateAlgorithm } from '../algorithms/instantiate.ts';
import { type CodePermission, isCodeModule, loadCustomAlgorithm } from '../algorithms/load-custom-algorithm.ts';
import { withRobustness } from '../algorithms/robustness.ts';
import { robustnessSettings } from '../algorithms/robustness-settings.ts';
import { textLimits } from '../algorithms/text-limits.ts';
import { whyNotDisturbed } from '../algorithms/why-not-disturbed.ts';
import { canonicalAlgorithmName } from '../config/algorithm-name.ts';
import { didYouMean } from '../config/did-you-mean.ts';
import type { ValidConfig } from '../config/load-config.ts';
import type { AlgorithmConfig } from '../config/schema/algorithm-config.ts';
import { AssayError, toAssayError } from '../errors/assay-error.ts';
import { completedFromFile } from './completed-from-file.ts';

/**
 * One entry of the config as an algorithm with checked options, wrapped where it asks for robustness.
 * @throws AssayError CONFIG_UNKNOWN_ALGORITHM, CONFIG_INVALID, CONFIG_CODE_NOT_ALLOWED
 */
export async function planAlgorithm(
  entry: AlgorithmConfig,
  position: number,
  loaded: ValidConfig,
  options: CodePermission & { readonly ownAlgorithms?: ReadonlyMap<string, Algorithm> | undefined },
): Promise<AlgorithmInstance> {
  const place = (...path: (string | number)[]) => loaded.placeOf(['algorithms', position, ...path]);
  const algorithm = isCodeModule(entry.module)
    ? await loadCustomAlgorithm(entry.module, { ...options, baseDir: loaded.baseDir, at: place('module') })
    : (options.ownAlgorithms?.get(entry.algorithm) ?? knownAlgorithm(entry.algorithm, place('algorithm')));
  const settings = { ...entry.options, ...(entry.compat === undefined ? {} : { compat: entry.compat }) };
  const parsed = algorithm.options.safeParse(settings);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AssayError('CONFIG_INVALID', `${algorithm.name}: ${issue!.path.join('.')} ${issue!.message}`, {
      at: place(...(issue!.path as (string | number)[])),
    });
  }
  const label = entry.name ?? (isCodeModule(entry.module) ? entry.algorithm : algorithm.name);
  const held = <Options>(each: Algorithm<Options>): Algorithm<Options> =>
    entry.json_schema === undefined ? each : heldAlgorithm(each, { type: 'json_schema', schema: entry.json_schema });
  const limits = textLimits(loaded.config.dataset.budgets);
  if (entry.robustness === undefined) {
    const instance = instantiateAlgorithm(label, held(algorithm), parsed.data, limits);
    return completedFromFile(instance, loaded.baseDir, place());
  }
  const why = whyNotDisturbed(algorithm, parsed.data);
  if (why !== undefined) {
    throw new AssayError('CONFIG_INVALID', `robustness cannot wrap this algorithm: ${why}`, {
      at: place('robustness'),
      hint: 'Leave `robustness` out here.',
    });
  }
  try {
    const robustness = robustnessSettings(entry.robustness, entry.compat === 'fmeval' ? 'fmeval' : undefined);
    return instantiateAlgorithm(label, held(withRobustness(algorithm)), { inner: parsed.data, robustness }, limits);
  } catch (thrown) {
    const { code, message, hint } = toAssayError(thrown, 'CONFIG_INVALID');
    throw new AssayError(code, message, { hint, at: place('robustness') });
  }
}

/** Lets an algorithm complete its options from the data. */
export async function prepareAlgorithm(instance: AlgorithmInstance, data: DatasetView): Promise<AlgorithmInstance> {
  const { label, algorithm, options, limits } = instance;
  if (algorithm.prepare === undefined) return instance;
  return instantiateAlgorithm(label, algorithm, await algorithm.prepare(options, data), limits);
}

function knownAlgorithm(written: string, at: AssayError['at']): Algorithm {
  const name = canonicalAlgorithmName(written);
  const algorithm = ALGORITHMS.get(name);
  if (algorithm !== undefined) return algorithm;
  const suggestion = didYouMean(name, ALGORITHMS.keys());
  const tail = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`;
  throw new AssayError('CONFIG_UNKNOWN_ALGORITHM', `there is no algorithm "${written}"${tail}`, {
    at,
    hint: '`assay algorithms list` shows them all.',
  });
}
