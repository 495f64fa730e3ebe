import type { AwsSelection } from 'assay/internal';

/** Region and identity alone, out of all that a command was given. */
export const awsSelection = ({ region, profile, assumeRole }: AwsSelection): AwsSelection => ({
  region,
  profile,
  assumeRole,
});
