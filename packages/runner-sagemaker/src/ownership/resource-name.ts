import { createHash } from 'node:crypto';

/** The longest name of a model, endpoint config or endpoint. */
const LONGEST = 63;

/**
 * A name for SageMaker out of parts: letters, digits and single hyphens, at most 63. A hash over all parts keeps
 * names apart that look alike or are cut.
 */
export function resourceName(...parts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8);
  const readable = parts
    .join('-')
    .replaceAll(/[^a-zA-Z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, LONGEST - digest.length - 1)
    .replace(/-+$/, '');
  return readable === '' ? `assay-${digest}` : `${readable}-${digest}`;
}
