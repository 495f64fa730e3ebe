import { AssayError } from '../errors/assay-error.ts';

/** The format of manifests, summaries and journals that this version writes, and the only one that it reads. */
const FORMAT = 1;

/** The format that stored JSON names; undefined where it names none. */
export function formatOf(json: unknown): unknown {
  return typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined;
}

/**
 * Passes what names no format: its shape says what is wrong with it.
 * @throws AssayError RUN_NOT_RESUMABLE for a file that another version of assay wrote
 */
export function checkFormat(file: string, format: unknown): void {
  if (format === FORMAT || typeof format !== 'number') return;
  throw new AssayError('RUN_NOT_RESUMABLE', `${file} has format ${format}; this version reads format ${FORMAT}`, {
    hint: 'Use the version of assay that began the run.',
  });
}
