import { hash } from 'node:crypto';
import { type FeatureTexts, featurePosition } from './feature-texts.ts';
import { FEATURES, type FeatureName, type Features } from './sample.ts';

/** What is no part of the question: what a model made, what was said about its output, and how much the sample counts. */
const BESIDE: ReadonlySet<FeatureName> = new Set([
  'model_output',
  'sent_more_log_prob',
  'sent_less_log_prob',
  'sent_more_output',
  'sent_less_output',
  'human_label',
  'weight',
]);

const POSITIONS = Object.fromEntries(FEATURES.map((name) => [name, featurePosition(name)])) as Record<
  FeatureName,
  number
>;

const GIVEN: readonly FeatureName[] = FEATURES.filter((name) => !BESIDE.has(name));

/** Those of a dataset's features that its rows' digests are made from. */
export function givenFeatures(features: readonly FeatureName[]): readonly FeatureName[] {
  return GIVEN.filter((name) => features.includes(name));
}

/**
 * 16 hexadecimal digits of SHA-256 over what the dataset gives (not over model outputs, so that the same question aligns
 * across models); over all features where it gives nothing else.
 * @param given what `givenFeatures` left of the features that these can have
 */
export function sampleDigest(features: Features, given: readonly FeatureName[] = GIVEN): string {
  let content = '';
  for (const name of given) content += part(name, features[name]);
  if (content === '') for (const name of FEATURES) if (name !== 'weight') content += part(name, features[name]);
  return hash('sha256', content, 'hex').slice(0, 16);
}

/** Bytes of a digest. */
export const DIGEST_BYTES = 8;

/**
 * The same of features that stand in a text, as `DIGEST_BYTES` bytes from `at` on. Lists are not among them: a row with
 * `choices` has no such digest.
 */
export function digestOfTexts(texts: FeatureTexts, given: readonly FeatureName[], into: Uint8Array, at: number): void {
  let content = '';
  for (const name of given) content += part(name, texts.text(POSITIONS[name]));
  if (content === '')
    for (const name of FEATURES) if (name !== 'weight') content += part(name, texts.text(POSITIONS[name]));
  const digest = hash('sha256', content, 'binary');
  for (let i = 0; i < DIGEST_BYTES; i++) into[at + i] = digest.charCodeAt(i);
}

/** Lengths keep the parts apart, so that no two lists of features read the same. */
function part(name: FeatureName, value: string | readonly string[] | undefined): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `${name}:${text.length}:${text}`;
}
