import { AssayError } from '@assay/core';

/** @throws AssayError CONFIG_INVALID for anything but `s3://bucket/key` */
export function parseS3Uri(uri: string): { readonly bucket: string; readonly key: string } {
  const found = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri);
  if (found === null)
    throw new AssayError('CONFIG_INVALID', `not an S3 URI: ${uri}`, { hint: 'write s3://bucket/key' });
  return { bucket: found[1]!, key: found[2]! };
}
