import { loadPrices, type PriceTable, type ValidConfig } from '@assay/core';

/**
 * The prices of `--prices`, else of the config; undefined without either. A path on the command line starts here, one in
 * the config at its own folder. @throws AssayError CONFIG_NOT_FOUND, CONFIG_INVALID
 */
export async function pricesOf(
  loaded: ValidConfig | undefined,
  flag: string | undefined,
): Promise<PriceTable | undefined> {
  if (flag !== undefined) return loadPrices(flag, process.cwd());
  if (loaded?.config.prices === undefined) return undefined;
  return loadPrices(loaded.config.prices, loaded.baseDir, loaded.placeOf(['prices']));
}
