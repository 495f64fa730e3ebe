import { AssayError } from 'assay/internal';

/** Outputs are written here. @throws AssayError USAGE for a URI, which would become a folder of that name */
export function refuseRemote(output: string): void {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(output)) return;
  throw new AssayError('USAGE', `-o takes a path on this machine, and there is ${JSON.stringify(output)}`, {
    hint: 'Write it here and copy it: aws s3 cp --recursive FOLDER s3://bucket/prefix.',
  });
}
