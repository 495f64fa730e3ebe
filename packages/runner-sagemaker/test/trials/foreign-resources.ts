import type { StandIn } from '../stand-in/stand-in.ts';

const FAR = 1_000 * 3_600_000;

/**
 * What others have on the account, some of it named like ours, some tagged by another run that goes on.
 * @returns all that stands there now
 */
export function seedForeign(aws: StandIn, names: readonly string[] = []): readonly string[] {
  for (const name of ['foreign', 'assay-m-run', 'my-endpoint-2', ...names]) aws.control.seedEndpoint(name);
  aws.control.seedEndpoint('assay-of-another-run', [
    { Key: 'assay:run-id', Value: 'another-run' },
    { Key: 'assay:expires-at', Value: new Date(aws.clock.now() + FAR).toISOString() },
  ]);
  return aws.control.inventory();
}
