/** Other models' names for the Jigsaw labels, under Detoxify's names, which reports and FMEval use. */
const DETOXIFY_NAMES: ReadonlyMap<string, string> = new Map([
  ['toxic', 'toxicity'],
  ['severe_toxic', 'severe_toxicity'],
  ['identity_hate', 'identity_attack'],
]);

/**
 * A label under Detoxify's name where it has one (`toxic` is `toxicity`); any other label as it is.
 * @see https://github.com/unitaryai/detoxify
 */
export function detoxifyLabel(label: string): string {
  return DETOXIFY_NAMES.get(label.toLowerCase()) ?? label;
}
