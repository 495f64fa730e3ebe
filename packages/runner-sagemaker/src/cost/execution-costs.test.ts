import { afterEach, beforeEach, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../../test/stand-in/stand-in.ts';
import { AwsConnection } from '../aws/aws-connection.ts';
import { type WatchedExecution, type WatchOptions, watchPipeline } from '../pipeline/watch-pipeline.ts';
import type { BilledLine } from './execution-costs.ts';

const PRICES = {
  currency: 'USD',
  instances: { 'ml.m5.xlarge': { processing: 3.6 }, 'ml.g5.2xlarge': { endpoint: 7.2, training: 36, transform: 3.6 } },
};

let aws: StandIn;
let connection: AwsConnection;

beforeEach(async () => {
  aws = await startStandIn();
  aws.store.createBucket('b');
  connection = new AwsConnection({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    endpoint: aws.url,
  });
});
afterEach(async () => {
  await connection.close();
  await aws.close();
});

const ROLE = 'arn:aws:iam::123456789012:role/assay';
const IMAGE = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/assay:1';

const processing = (Name: string, type: string, count: number, needs: readonly string[] = []) => ({
  Name,
  Type: 'Processing',
  DependsOn: needs,
  Arguments: {
    RoleArn: ROLE,
    ProcessingResources: { ClusterConfig: { InstanceType: type, InstanceCount: count, VolumeSizeInGB: 30 } },
    AppSpecification: { ImageUri: IMAGE, ContainerEntrypoint: ['assay', 'step'], ContainerArguments: ['preprocess'] },
    Environment: {},
    ProcessingInputs: [],
  },
});

/** Starts an execution whose jobs take two minutes each. */
function start(steps: readonly unknown[]): string {
  aws.pipelines.runJob = async () => {
    const until = aws.clock.now() + 120_000;
    // The watcher alone makes time pass: it sleeps between its looks.
    while (aws.clock.now() < until) await new Promise((resolve) => setTimeout(resolve, 1));
    return new Map();
  };
  const { operations } = aws.pipelines;
  operations.CreatePipeline!({
    PipelineName: 'p',
    PipelineDefinition: JSON.stringify({ Parameters: [], Steps: steps }),
  });
  return (operations.StartPipelineExecution!({ PipelineName: 'p' }) as { PipelineExecutionArn: string })
    .PipelineExecutionArn;
}

const watch = (arn: string, options: Partial<WatchOptions> = {}) =>
  watchPipeline(connection, arn, { clock: aws.clock, prices: PRICES, ...options });
const byName = (lines: readonly BilledLine[]) => Object.fromEntries(lines.map((line) => [line.name, line]));

test('an execution costs its jobs’ instances × their time, as billed, and says where the logs are', async () => {
  const training = {
    Name: 'tune',
    Type: 'Training',
    Arguments: {
      RoleArn: ROLE,
      AlgorithmSpecification: { TrainingImage: IMAGE, TrainingInputMode: 'File' },
      OutputDataConfig: { S3OutputPath: 's3://b/out' },
      ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1, VolumeSizeInGB: 30 },
      StoppingCondition: { MaxRuntimeInSeconds: 3600 },
    },
  };
  const arn = start([processing('one', 'ml.m5.xlarge', 1), processing('two', 'ml.m5.xlarge', 2, ['one']), training]);
  const { billed, execution, limit } = await watch(arn);
  expect(execution.status).toBe('Succeeded');
  const { one, two, tune } = byName(billed);
  expect(one).toMatchObject({ use: 'processing', isOver: true });
  // Up to one look of the watcher longer.
  for (const line of [one, two]) expect([120, 135]).toContain(Math.round(line!.seconds));
  expect(one?.amount).toBeCloseTo(one!.seconds / 1000, 9);
  expect(two?.amount).toBeCloseTo((2 * two!.seconds) / 1000, 9);
  expect(tune).toMatchObject({ use: 'training', instances: [{ use: 'training', type: 'ml.g5.2xlarge', count: 1 }] });
  expect(one?.log).toEqual({ group: '/aws/sagemaker/ProcessingJobs', streams: expect.stringMatching(/-one\/$/) });
  expect(limit).toBeUndefined();
});

test('the cost grows while a job runs, and a job without a price is unknown', async () => {
  const seen: (number | null)[] = [];
  const arn = start([processing('one', 'ml.m5.xlarge', 1), processing('strange', 'ml.r5.large', 1, ['one'])]);
  const { billed } = await watch(arn, { onChange: (_, lines) => seen.push(byName(lines).one?.amount ?? null) });
  expect(seen[0]).toBeLessThan(0.05);
  expect(seen.at(-1)).toBeGreaterThanOrEqual(0.12);
  expect(byName(billed).strange?.amount).toBeNull();
});

test('an endpoint of the execution is charged for from its creation, and another’s is not', async () => {
  const arn = start([processing('one', 'ml.m5.xlarge', 1)]);
  const id = arn.split('/').at(-1)!;
  for (const [name, run] of [
    ['ours', id],
    ['theirs', 'somebody'],
  ] as const) {
    const Tags = [{ Key: 'assay:run-id', Value: run }];
    const create = (operation: string, input: Record<string, unknown>) =>
      aws.control.handle(operation, { ...input, Tags });
    create('CreateModel', {
      ModelName: name,
      ExecutionRoleArn: 'arn:aws:iam::1:role/r',
      PrimaryContainer: { Image: 'i' },
    });
    create('CreateEndpointConfig', {
      EndpointConfigName: name,
      ProductionVariants: [{ ModelName: name, InstanceType: 'ml.g5.2xlarge', InitialInstanceCount: 2 }],
    });
    create('CreateEndpoint', { EndpointName: name, EndpointConfigName: name });
  }
  const { billed, swept } = await watch(arn);
  const { 'endpoint ours': ours, 'endpoint theirs': theirs } = byName(billed);
  expect(ours).toMatchObject({ use: 'endpoint', isOver: false, instances: [{ count: 2 }] });
  expect(ours!.amount).toBeCloseTo((14.4 * ours!.seconds) / 3600, 9);
  expect(ours!.seconds).toBeGreaterThanOrEqual(120);
  expect(theirs).toBeUndefined();
  expect(swept.deleted.map(({ name }) => name)).toEqual(['ours', 'ours', 'ours']);
  expect(aws.control.inventory()).toContain('endpoint theirs');
});

const chain = () => [0, 1, 2, 3].map((i) => processing(`s${i}`, 'ml.m5.xlarge', 1, i === 0 ? [] : [`s${i - 1}`]));
const ran = ({ steps }: WatchedExecution) => steps.map(({ name }) => name);

test('at the limit of the cost an execution is stopped, and nothing further starts', async () => {
  const told: string[] = [];
  const { execution, limit } = await watch(start(chain()), {
    limits: { maxCost: 0.18 },
    onLimit: ({ code }) => told.push(code),
  });
  expect(execution.status).toBe('Stopped');
  expect(ran(execution)).toEqual(['s0', 's1']);
  expect(limit).toMatchObject({
    code: 'RUN_LIMIT',
    message: expect.stringMatching(/0\.\d\d USD, .*limit of 0\.18 USD/),
  });
  expect(told).toEqual(['RUN_LIMIT']);
});

test('at the limit of the time an execution is stopped', async () => {
  const { execution, limit } = await watch(start(chain()), { limits: { maxRuntimeMs: 140_000 } });
  expect([execution.status, ran(execution)]).toEqual(['Stopped', ['s0', 's1']]);
  expect(limit?.message).toContain('140 s');
});

test('an execution whose cost cannot be seen is followed all the same, and swept', async () => {
  aws.faults.add('ListEndpoints', { kind: 'access-denied' });
  const told: string[] = [];
  const { execution } = await watch(start(chain().slice(0, 1)), { onCostUnknown: ({ code }) => told.push(code) });
  expect(execution.status).toBe('Succeeded');
  expect(told).toEqual(['AWS_ACCESS_DENIED']);
});

test('transform jobs of the execution count, and nobody else’s', async () => {
  aws.control.seedEndpoint('theirs');
  const job = (name: string, run: string): void => {
    aws.transforms.operations.CreateTransformJob!({
      TransformJobName: name,
      ModelName: 'theirs',
      TransformInput: { DataSource: { S3DataSource: { S3Uri: 's3://b/in/' } } },
      TransformOutput: { S3OutputPath: 's3://b/out' },
      TransformResources: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 2 },
      Tags: [{ Key: 'assay:run-id', Value: run }],
    });
  };
  aws.transforms.runMs = 60_000;
  const arn = start([processing('evaluate', 'ml.m5.xlarge', 1)]);
  const id = arn.split('/').at(-1)!;
  job('ours', id);
  job('of-another', 'other');
  const { billed } = await watch(arn);
  expect(byName(billed)['transform job ours']).toMatchObject({
    use: 'transform',
    seconds: 60,
    amount: 0.12,
    isOver: true,
    log: { group: '/aws/sagemaker/TransformJobs' },
  });
  expect(Object.keys(byName(billed))).not.toContain('transform job of-another');
});
