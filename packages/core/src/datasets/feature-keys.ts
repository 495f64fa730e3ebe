import { didYouMean } from '../config/did-you-mean.ts';
import type { DatasetConfig } from '../config/schema/dataset-config.ts';
import { AssayError, type SourcePlace } from '../errors/assay-error.ts';
import { featurePosition } from '../samples/feature-texts.ts';
import { FEATURES, type FeatureName, type Features } from '../samples/sample.ts';
import { sampleWeight } from '../samples/sample-weight.ts';
import { DIALECT_KEYS, promptfooExpected } from './dialects.ts';
import { choiceTexts, featureText, type ValueOptions } from './feature-values.ts';
import { compileFieldPath, type FieldPath } from './field-path.ts';
import type { FlatField } from './flat-row.ts';

/** Where one feature is found, and whether the config asked for it by key. */
export interface FeatureKey {
  readonly name: FeatureName;
  readonly path: FieldPath;
  readonly isExplicit: boolean;
}

/** The dataset's `*_key` for each feature, as the config has them. */
export type KeyedConfig = Pick<DatasetConfig, Extract<keyof DatasetConfig, `${string}_key`> | 'dialect'>;

/** Features that no column has by its name alone: a column called `weight` may hold anything. */
const ASKED_FOR: ReadonlySet<FeatureName> = new Set(['weight']);

/**
 * Which column or JMESPath each feature comes from: the config's key, else the dialect's, else a column of the feature's
 * own name. @throws AssayError DATASET_KEY_MISSING for a key that is neither a column nor JMESPath
 */
export function featureKeys(
  config: KeyedConfig,
  columns: ReadonlySet<string>,
  placeOf?: (key: string) => SourcePlace,
): FeatureKey[] {
  const dialect = config.dialect === undefined ? {} : dialectKeys(config.dialect, columns);
  return FEATURES.flatMap((name): FeatureKey[] => {
    const key: keyof KeyedConfig = `${name}_key`;
    const explicit = config[key];
    const text = explicit ?? dialect[name] ?? (columns.has(name) && !ASKED_FOR.has(name) ? name : undefined);
    if (text === undefined) return [];
    try {
      return [{ name, path: compileFieldPath(text, columns), isExplicit: explicit !== undefined }];
    } catch (cause) {
      throw missingKey(
        key,
        text,
        [...columns],
        placeOf?.(key),
        `it is no valid JMESPath (${(cause as Error).message})`,
      );
    }
  });
}

/** The error for a key that finds nothing, naming the columns there are. */
export function missingKey(
  key: string,
  text: string,
  columns: readonly string[],
  at: SourcePlace | undefined,
  why: string,
): AssayError {
  const suggestion = didYouMean(text, columns);
  const shown = columns.length > 30 ? [...columns.slice(0, 30), '…'] : columns;
  return new AssayError('DATASET_KEY_MISSING', `${key} "${text}" finds nothing: ${why}`, {
    at,
    hint: `${suggestion === undefined ? '' : `did you mean "${suggestion}"? `}columns found: ${shown.join(', ')}`,
  });
}

function dialectKeys(
  dialect: NonNullable<KeyedConfig['dialect']>,
  columns: ReadonlySet<string>,
): Partial<Record<FeatureName, string>> {
  if (dialect !== 'promptfoo-csv') return DIALECT_KEYS[dialect];
  const firstVariable = [...columns].find((column) => !column.startsWith('__'));
  const expected = [...columns].find((column) => /^__expected\d*$/.test(column)) ?? '__expected';
  return { ...(firstVariable === undefined ? {} : { model_input: firstVariable }), target_output: expected };
}

/** What a flat line holds of each feature by its name alone; undefined where rows must be parsed to know. */
export function flatFields(
  keys: readonly FeatureKey[],
  dialect: KeyedConfig['dialect'],
  { valueStyle }: ValueOptions,
): readonly FlatField[] | undefined {
  const isPlain = ({ name, path: { text, root } }: FeatureKey): boolean =>
    // What every object has is found in rows that lack it.
    root === text && !(text in {}) && name !== 'choices' && name !== 'weight';
  if (!keys.every(isPlain) || new Set(keys.map(({ path }) => path.text)).size < keys.length) return undefined;
  if (dialect === 'promptfoo-csv' || dialect === 'sagemaker-data-capture' || valueStyle === 'python') return undefined;
  return keys.map(({ name, path }) => ({ name: path.text, position: featurePosition(name) }));
}

/** Reads the features out of one row. @throws AssayError DATASET_BAD_VALUE */
export type ReadFeatures = (record: Readonly<Record<string, unknown>>) => Features;

export function compileFeatures(
  keys: readonly FeatureKey[],
  dialect: KeyedConfig['dialect'],
  options: ValueOptions,
): ReadFeatures {
  const isWeighted = keys.some(({ name }) => name === 'weight');
  return (record) => {
    const features: Partial<Record<FeatureName, string | readonly string[]>> = {};
    for (const { name, path } of keys) {
      const found = path.read(record);
      const value = dialect === 'promptfoo-csv' && name === 'target_output' ? promptfooExpected(found) : found;
      const read = name === 'choices' ? choiceTexts(value, options) : featureText(name, value, options);
      if (read !== undefined) features[name] = read;
    }
    if (isWeighted) sampleWeight(features.weight as string | undefined);
    return features as Features;
  };
}
