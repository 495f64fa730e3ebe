import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { AssayError, type SourcePlace } from '../errors/assay-error.ts';
import { type PricesConfig, type PriceTable, priceTable } from './schema/run-config.ts';

/**
 * A price table as written in a config, or read from the YAML file that it names.
 * @throws AssayError CONFIG_NOT_FOUND, CONFIG_INVALID
 */
export async function loadPrices(prices: PricesConfig, baseDir: string, at?: SourcePlace): Promise<PriceTable> {
  if (typeof prices !== 'string') return prices;
  const file = resolve(baseDir, prices);
  let content: unknown;
  try {
    content = parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const isAbsent = (cause as NodeJS.ErrnoException).code !== undefined && (cause as Error).name !== 'YAMLParseError';
    throw new AssayError(
      isAbsent ? 'CONFIG_NOT_FOUND' : 'CONFIG_INVALID',
      `the prices in ${file} cannot be read: ${(cause as Error).message}`,
      { at, cause },
    );
  }
  const found = priceTable.safeParse(content);
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw new AssayError(
    'CONFIG_INVALID',
    `${file}${place === '' ? '' : ` ${place}`}: ${issue?.message ?? 'no prices'}`,
    {
      hint: 'It looks so: { currency: USD, tokens: { MODEL: { input: 0.15, output: 0.6 } } }, per million tokens.',
    },
  );
}
