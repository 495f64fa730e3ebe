import { AssayError } from '../errors/assay-error.ts';

/** The format of manifests and journals that this version writes, and the only one that it reads. */
const FORMAT = 1;

/** @throws AssayError RUN_NOT_RESUMABLE for a file that another version of assay wrote */
export function checkFormat(file: string, format: unknown): void {
  if (format === FORMAT) return;
  throw new AssayError(
    'RUN_NOT_RESUMABLE',
    `${file} has format ${String(format)}; this version reads format ${FORMAT}`,
    {
      hint: 'Go on with the version of assay that began the run.',
    },
  );
}
