import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateInferenceComponentCommand,
  CreateModelCommand,
} from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect } from '../../test/collect.ts';
import { languageModel, publishModels } from '../../test/jumpstart-documents.ts';
import { resolvedModel } from '../../test/resolved-model.ts';
import { ROLE } from '../../test/sample-account.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../../test/stand-in/stand-in.ts';
import { AwsConnection } from '../aws/aws-connection.ts';
import type { OpenSageMakerRunnerOptions } from '../open-runner-options.ts';
import { openSageMakerRunner } from '../open-sagemaker-runner.ts';
import { deleteRecorded } from '../ownership/delete-recorded.ts';
import { readLedger } from '../ownership/ownership-ledger.ts';
import { sweep } from '../ownership/sweep.ts';

let folder: string;
let aws: StandIn;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-component-'));
  await begin({});
});
afterEach(async () => {
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});

async function begin(options: StandInOptions): Promise<void> {
  await aws?.close();
  aws = await startStandIn(options);
  aws.store.createBucket('bkt');
}

const settings = () => ({
  ...{ region: 'us-east-1', endpoint: aws.url },
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
});
const open = (lines: string, options: Partial<OpenSageMakerRunnerOptions> = {}) =>
  openSageMakerRunner(resolvedModel('sagemaker', lines), {
    ...{ ...settings(), clock: aws.clock, runId: 'run-1', owner: 'me', roleArn: ROLE },
    ledgerFile: join(folder, 'ledger.jsonl'),
    ...options,
  });

const IMAGE = "sagemaker: { image_uri: 'i:1', model_data: 's3://b/m.tar.gz' }";
const deployment = (more: string) => `${IMAGE}\ndeployment_config: { ${more} }`;
const COMPONENT = deployment(
  'instance_type: ml.g5.2xlarge, startup_timeout_s: 600, inference_component: { copies: 2, cpus: 2, accelerators: 1, memory_mb: 8192, max_instances: 3, scale_to_zero: { max_copies: 4, requests_per_copy: 3, cooldown_s: 60 } }',
);
const SERVERLESS = deployment('serverless: { memory_mb: 2048, max_concurrency: 7, provisioned_concurrency: 2 }');

const nameOf = (): string =>
  aws.control
    .inventory()
    .find((line) => line.startsWith('inference-component '))!
    .split(' ')[1]!;
const variantOf = (): Readonly<Record<string, unknown>> => {
  const name = aws.control
    .inventory()
    .find((line) => line.startsWith('endpoint-config '))!
    .split(' ')[1]!;
  return (aws.control.inputOf('endpoint-config', name)!.ProductionVariants as Record<string, unknown>[])[0]!;
};
const operations = (): string[] => aws.calls.map(({ operation }) => operation);

test('a model is deployed as copies on managed instances, asked by its component’s name, and taken down from the top', async () => {
  const runner = await open(COMPONENT);
  const component = nameOf();
  expect(variantOf()).toEqual({
    VariantName: 'AllTraffic',
    InstanceType: 'ml.g5.2xlarge',
    InitialInstanceCount: 1,
    ManagedInstanceScaling: { Status: 'ENABLED', MinInstanceCount: 0, MaxInstanceCount: 3 },
    RoutingConfig: { RoutingStrategy: 'LEAST_OUTSTANDING_REQUESTS' },
  });
  expect(aws.components.inputOf(component)).toMatchObject({
    VariantName: 'AllTraffic',
    Specification: {
      ModelName: component,
      StartupParameters: { ContainerStartupHealthCheckTimeoutInSeconds: 600 },
      ComputeResourceRequirements: {
        NumberOfCpuCoresRequired: 2,
        NumberOfAcceleratorDevicesRequired: 1,
        MinMemoryRequiredInMb: 8192,
      },
    },
    RuntimeConfig: { CopyCount: 2 },
  });
  const target = aws.components.targets.get(`inference-component/${component}`)!;
  expect(target.input).toMatchObject({
    ScalableDimension: 'sagemaker:inference-component:DesiredCopyCount',
    MinCapacity: 0,
    MaxCapacity: 4,
  });
  expect([...target.policies.values()].map(({ PolicyType }) => PolicyType)).toEqual([
    'TargetTrackingScaling',
    'StepScaling',
  ]);
  expect(aws.cloudwatch.alarms.get(`${component}-no-capacity`)).toMatchObject({
    MetricName: 'NoCapacityInvocationFailures',
    AlarmActions: [expect.stringContaining(`${component}-first-copy`)],
  });
  expect(await collect(runner.generate([{ id: 'p', text: 'hello' }], {}))).toMatchObject([{ ok: true }]);
  await runner.close();
  await aws.clock.sleep(3_600_000);
  expect(aws.control.inventory()).toEqual([]);
  const deletions = operations().filter((name) => /^(Delete|Deregister)/.test(name));
  expect(deletions).toEqual([
    'DeleteAlarms',
    'DeregisterScalableTarget',
    'DeleteInferenceComponent',
    'DeleteEndpoint',
    'DeleteEndpointConfig',
    'DeleteModel',
  ]);
});

test('without scale_to_zero nothing scales, and a kept component stays', async () => {
  const lines = deployment('instance_type: ml.g5.2xlarge, inference_component: { memory_mb: 1024 }');
  const runner = await open(`cleanup_endpoint: false\ninference_component: mine\n${lines}`);
  await runner.close();
  expect(nameOf()).toBe('mine');
  expect(variantOf().ManagedInstanceScaling).toMatchObject({ MinInstanceCount: 1, MaxInstanceCount: 1 });
  expect(operations().filter((name) => /Scal|Alarm/.test(name))).toEqual([]);
  const connection = new AwsConnection(settings());
  await sweep(connection, { clock: aws.clock, runId: 'run-1' });
  await connection.close();
  await aws.clock.sleep(3_600_000);
  expect(aws.control.inventory()).toEqual([]);
});

test.each([
  ['CreateInferenceComponent', 1],
  ['DescribeInferenceComponent', 1],
  ['RegisterScalableTarget', 1],
  ['PutScalingPolicy', 2],
  ['PutMetricAlarm', 1],
  ['DeleteAlarms', 1],
  ['DeregisterScalableTarget', 1],
  ['DeleteInferenceComponent', 1],
  ['DeleteEndpoint', 1],
] as const)('killed after %s no. %i, the ledger leads to all that is left, in order', async (operation, at) => {
  let met = 0;
  aws.faults.add(
    (call) => {
      if (met < at && call.operation === operation) met += 1;
      return met === at;
    },
    { kind: 'reset-after' },
    10_000,
  );
  await open(COMPONENT)
    .then((runner) => runner.close())
    .catch(() => {});
  expect(met).toBe(at);
  aws.faults.clear();
  await aws.clock.sleep(3_600_000);
  await deleteRecorded(join(folder, 'ledger.jsonl'), { settings: settings(), clock: aws.clock });
  await aws.clock.sleep(3_600_000);
  expect(aws.control.inventory()).toEqual([]);
});

test('a run that is continued takes its component over, and does not make a second', async () => {
  const first = await open(COMPONENT, { isShared: true });
  await first.close();
  const runner = await open(COMPONENT);
  expect(await collect(runner.generate([{ id: 'p', text: 'hello' }], {}))).toMatchObject([{ ok: true }]);
  await runner.close();
  await aws.clock.sleep(3_600_000);
  expect(aws.control.inventory()).toEqual([]);
  const kinds = (await readLedger(join(folder, 'ledger.jsonl'))).map(({ event, kind }) => `${event} ${kind}`);
  expect(kinds).toContain('deleted inference-component');
});

/** An endpoint of somebody else that takes components, with one of theirs on it. */
async function theirEndpoint(): Promise<void> {
  const connection = new AwsConnection(settings());
  const client = await connection.sagemaker();
  const ProductionVariants = [
    {
      ...{ VariantName: 'shared', InstanceType: 'ml.g5.12xlarge' as const, InitialInstanceCount: 1 },
      ManagedInstanceScaling: { Status: 'ENABLED' as const, MinInstanceCount: 1, MaxInstanceCount: 2 },
    },
  ];
  await client.send(
    new CreateEndpointConfigCommand({ EndpointConfigName: 'theirs', ExecutionRoleArn: ROLE, ProductionVariants }),
  );
  await client.send(new CreateEndpointCommand({ EndpointName: 'theirs', EndpointConfigName: 'theirs' }));
  await client.send(
    new CreateModelCommand({ ModelName: 'their-model', ExecutionRoleArn: ROLE, PrimaryContainer: { Image: 'i:1' } }),
  );
  await aws.clock.sleep(3_600_000);
  await client.send(
    new CreateInferenceComponentCommand({
      ...{ InferenceComponentName: 'their-copy', EndpointName: 'theirs', VariantName: 'shared' },
      Specification: { ModelName: 'their-model', ComputeResourceRequirements: { MinMemoryRequiredInMb: 128 } },
      RuntimeConfig: { CopyCount: 1 },
    }),
  );
  await aws.clock.sleep(3_600_000);
  await connection.close();
}

const GUEST = `endpoint_name: theirs\n${deployment('instance_type: ml.g5.2xlarge, inference_component: { memory_mb: 1024 }')}`;

test('copies go onto an endpoint of somebody else, which has nothing changed or deleted but these', async () => {
  await theirEndpoint();
  const before = aws.control.inventory();
  const runner = await open(GUEST);
  const own = aws.control.inventory().filter((line) => !before.includes(line));
  expect(own.map((line) => line.split(' ')[0])).toEqual(['inference-component', 'model']);
  const component = own[0]!.split(' ')[1]!;
  expect(aws.components.inputOf(component)).toMatchObject({ EndpointName: 'theirs', VariantName: 'shared' });
  expect(await collect(runner.generate([{ id: 'p', text: 'hello' }], {}))).toMatchObject([{ ok: true }]);
  const asked = aws.calls.findLast(({ service }) => service === 'runtime')!;
  expect(asked.headers['x-amzn-sagemaker-inference-component']).toBe(component);
  await runner.close();
  await aws.clock.sleep(3_600_000);
  expect(aws.control.inventory()).toEqual(before);
  expect(operations().filter((name) => /^(Create|Update|Delete)Endpoint/.test(name))).toEqual([
    'CreateEndpointConfig',
    'CreateEndpoint',
  ]);
});

test('a component of somebody else that the config names is asked as it is', async () => {
  await theirEndpoint();
  const before = aws.control.inventory();
  const runner = await open(`inference_component: their-copy\n${GUEST}`);
  expect(await collect(runner.generate([{ id: 'p', text: 'hello' }], {}))).toMatchObject([{ ok: true }]);
  await runner.close();
  expect(aws.control.inventory()).toEqual(before);
});

test.each([
  'CreateModel',
  'CreateInferenceComponent',
  'DescribeInferenceComponent',
  'DeleteInferenceComponent',
] as const)(
  'killed after %s on an endpoint of somebody else, the ledger leads to the copies alone',
  async (operation) => {
    await theirEndpoint();
    const before = aws.control.inventory();
    let isMet = false;
    aws.faults.add(
      (call) => {
        isMet ||= call.operation === operation;
        return isMet;
      },
      { kind: 'reset-after' },
      10_000,
    );
    await open(GUEST)
      .then((runner) => runner.close())
      .catch(() => {});
    expect(isMet).toBe(true);
    aws.faults.clear();
    await aws.clock.sleep(3_600_000);
    await deleteRecorded(join(folder, 'ledger.jsonl'), { settings: settings(), clock: aws.clock });
    await aws.clock.sleep(3_600_000);
    expect(aws.control.inventory()).toEqual(before);
  },
);

test('a component that fails says why, and nothing stays', async () => {
  await begin({ componentFailureOf: () => 'not enough memory' });
  await expect(open(COMPONENT)).rejects.toThrow(/inference-component .* ended as Failed: not enough memory/);
  await aws.clock.sleep(3_600_000);
  expect(aws.control.inventory()).toEqual([]);
});

test('requests that find no copy are asked again until one is up', async () => {
  const runner = await open(COMPONENT);
  const component = nameOf();
  aws.components.setCopies(component, 0);
  let refused = 0;
  aws.faults.take = (call) => {
    if (call.service !== 'runtime') return undefined;
    refused += 1;
    if (refused === 3) aws.components.setCopies(component, 1);
    return undefined;
  };
  expect(await collect(runner.generate([{ id: 'p', text: 'hello' }], {}))).toMatchObject([{ ok: true, attempts: 3 }]);
  await runner.close();
});

test('what a copy of a JumpStart model needs stands in its document', async () => {
  publishModels(aws.store, [languageModel('some-model', '1.2.0')]);
  const asking = "evaluation_config: { content_template: PROMPT_PLACEHOLDER, output: '[0].generated_text' }";
  const given = 'deployment_config: { instance_type: ml.g5.2xlarge, inference_component: { memory_mb: 2048 } }';
  const runner = await open(`model_id: some-model\n${given}\n${asking}`);
  expect(aws.components.inputOf(nameOf())).toMatchObject({
    Specification: { ComputeResourceRequirements: { MinMemoryRequiredInMb: 2048 } },
  });
  await runner.close();
});

test('a serverless endpoint has memory and concurrency, and no instances', async () => {
  const planned: string[] = [];
  const runner = await open(SERVERLESS, { deployHooks: { onPlanned: ({ name }) => planned.push(name) } });
  expect(variantOf()).toMatchObject({
    VariantName: 'AllTraffic',
    InitialVariantWeight: 1,
    ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 7, ProvisionedConcurrency: 2 },
  });
  expect(variantOf().InstanceType).toBeUndefined();
  expect(planned).toEqual([]);
  expect(await collect(runner.generate([{ id: 'p', text: 'hello' }], {}))).toMatchObject([{ ok: true }]);
  await runner.close();
  await aws.clock.sleep(3_600_000);
  expect(aws.control.inventory()).toEqual([]);
});

test.each([
  [deployment('instance_type: ml.m5.large, serverless: {}'), 'has both serverless and instance_type'],
  [deployment('serverless: { max_concurrency: 2, provisioned_concurrency: 3 }'), 'above max_concurrency (2)'],
  [`mode: async\n${SERVERLESS}`, 'asks for mode async, which a serverless endpoint'],
  [deployment('instance_type: ml.m5.large, inference_component: {}'), 'how much memory a copy'],
  [
    deployment('instance_type: ml.m5.large, inference_component: { memory_mb: 1024, max_memory_mb: 512 }'),
    'max_memory_mb is below memory_mb',
  ],
  [
    deployment(
      'instance_type: ml.m5.large, num_instances: 2, inference_component: { memory_mb: 1024, max_instances: 1 }',
    ),
    'max_instances is below num_instances',
  ],
  [
    deployment(
      'instance_type: ml.m5.large, inference_component: { memory_mb: 1024, copies: 3, scale_to_zero: { max_copies: 2 } }',
    ),
    'max_copies is below copies',
  ],
  [`inference_component: c\n${deployment('instance_type: ml.m5.large')}`, 'nothing says what a copy needs'],
])('what contradicts itself is refused before anything is created: %#', async (lines, said) => {
  const given = lines.startsWith('mode: async')
    ? lines.replace('mode: async\n', '').replace('sagemaker: {', 'sagemaker: { mode: async,')
    : lines;
  await expect(open(given, { aws: { bucket: 'bkt' } })).rejects.toThrow(said);
  expect(operations().filter((name) => name.startsWith('Create'))).toEqual([]);
});

test('a VPC and network isolation are not for serverless endpoints', async () => {
  const vpc = { subnets: ['subnet-1'], security_group_ids: ['sg-1'] };
  await expect(open(SERVERLESS, { aws: { vpc } })).rejects.toThrow('aws.vpc');
  await expect(open(SERVERLESS, { aws: { network_isolation: true } })).rejects.toThrow('aws.network_isolation');
});
