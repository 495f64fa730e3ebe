import { hash } from 'node:crypto';
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

/** Lengths keep the parts apart, so that no two lists of features read the same. */
function part(name: FeatureName, value: string | readonly string[] | undefined): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `${name}:${text.length}:${text}`;
}
