/** JumpStart's public cache of a region; AWS_JUMPSTART_CONTENT_BUCKET_OVERRIDE replaces it, as in the Python SDK. */
export const publicBucket = (region: string): string =>
  process.env.AWS_JUMPSTART_CONTENT_BUCKET_OVERRIDE ?? `jumpstart-cache-prod-${region}`;

/** Where models with a licence to accept lie. */
export const gatedBucket = (region: string): string => `jumpstart-private-cache-prod-${region}`;
