import { type Clock, systemClock } from '@assay/core';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { hubContentSource } from './hub-content.ts';
import type { ModelSource } from './model-source.ts';
import { publicManifestSource } from './public-manifest.ts';

/** One call to the hub, then the public bucket. */
export const defaultSources = (connection: AwsConnection, clock: Clock = systemClock): readonly ModelSource[] => [
  hubContentSource(connection, clock),
  publicManifestSource(connection, clock),
];
