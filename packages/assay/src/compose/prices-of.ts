import { loadPrices, type PriceTable, type ValidConfig } from '@assay/core';

/**
 * The prices of `file`, else of the config; undefined without either. A path given beside the config starts in the working
 * folder, one in the config at its own folder. @throws AssayError CONFIG_NOT_FOUND, CONFIG_INVALID
 */
export async function pricesOf(
  loaded: ValidConfig | undefined,
  file: string | undefined,
): Promise<PriceTable | undefined> {
  if (file !== undefined) return loadPrices(file, process.cwd());
  if (loaded?.config.prices === undefined) return undefined;
  return loadPrices(loaded.config.prices, loaded.baseDir, loaded.placeOf(['prices']));
}
