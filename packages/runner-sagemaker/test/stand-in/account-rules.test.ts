import { afterEach, beforeEach, expect, test } from 'vitest';
import { AwsConnection } from '../../src/aws/aws-connection.ts';
import { ROLE } from '../sample-account.ts';
import { type StandIn, startStandIn } from './stand-in.ts';

let aws: StandIn;
let connection: AwsConnection;
beforeEach(async () => {
  aws = await startStandIn({ createMs: 0, maxEndpoints: 2 });
  connection = new AwsConnection({
    ...{ region: 'us-east-1', endpoint: aws.url },
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
});
afterEach(async () => {
  await connection.close();
  await aws.close();
});

const variants = [{ VariantName: 'v', ModelName: 'm', InstanceType: 'ml.m5.xlarge', InitialInstanceCount: 1 }];

/** Everything that is named by whoever makes it, in an order in which each finds what it needs. */
const MADE: readonly (readonly [operation: string, input: object])[] = [
  ['CreateModel', { ModelName: 'm', ExecutionRoleArn: ROLE, PrimaryContainer: { Image: 'i' } }],
  ['CreateEndpointConfig', { EndpointConfigName: 'c', ProductionVariants: variants }],
  ['CreateEndpoint', { EndpointName: 'e', EndpointConfigName: 'c' }],
  ['CreateModelPackageGroup', { ModelPackageGroupName: 'g' }],
];

async function send(operation: string, input: object): Promise<unknown> {
  const sdk = (await import('@aws-sdk/client-sagemaker')) as unknown as Record<string, new (input: object) => never>;
  const client = await connection.sagemaker();
  return client.send(new sdk[`${operation}Command`]!(input));
}

test('a name is given once', async () => {
  for (const [operation, input] of MADE) {
    await send(operation, input);
    await expect(send(operation, input), operation).rejects.toThrow(/already exist/);
  }
});

test('an endpoint beyond the account’s quota is refused', async () => {
  for (const [operation, input] of MADE.slice(0, 3)) await send(operation, input);
  await send('CreateEndpoint', { EndpointName: 'f', EndpointConfigName: 'c' });
  await expect(send('CreateEndpoint', { EndpointName: 'g', EndpointConfigName: 'c' })).rejects.toThrow(
    'The account-level service limit',
  );
});
