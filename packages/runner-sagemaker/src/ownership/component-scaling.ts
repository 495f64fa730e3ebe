import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import type { ClientConfig } from '../aws/aws-connection.ts';
import { isNotFound } from '../aws/aws-error.ts';
import type { ControlCalls } from './control-calls.ts';

/** On a component that scales, so that whoever deletes it takes its scaling down first. */
export const SCALING_TAG = 'assay:scales';

const DIMENSION = 'sagemaker:inference-component:DesiredCopyCount';
const SERVICE = 'application-autoscaling';

/** How far copies go, and what makes them. */
export interface ScaleToZero {
  readonly maxCopies: number;
  /** Requests at a time that a copy should have. */
  readonly requestsPerCopy: number;
  readonly cooldownS: number;
}

const targetOf = (component: string) =>
  ({
    ServiceNamespace: 'sagemaker',
    ResourceId: `inference-component/${component}`,
    ScalableDimension: DIMENSION,
  }) as const;

/** Name of the alarm that brings the first copy back. */
export const alarmOf = (component: string): string => `${component}-no-capacity`;

/**
 * Lets an inference component's copies go to none while nobody asks: a target that follows the requests of a copy, and an
 * alarm on requests that find no copy, which adds one. Done again it changes nothing. @throws AssayError
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-zero-instances.html
 */
export async function scaleToZero(
  calls: ControlCalls,
  component: string,
  { maxCopies, requestsPerCopy, cooldownS }: ScaleToZero,
  signal?: AbortSignal | undefined,
): Promise<void> {
  const sdk = await import('@aws-sdk/client-application-auto-scaling');
  const client = await calls.connection.client('application-auto-scaling', openScaling);
  const target = targetOf(component);
  const options = { signal, service: SERVICE };
  await calls.call<unknown>(
    'RegisterScalableTarget',
    component,
    (abortSignal) =>
      client.send(new sdk.RegisterScalableTargetCommand({ ...target, MinCapacity: 0, MaxCapacity: maxCopies }), {
        abortSignal,
      }),
    options,
  );
  await calls.call<unknown>(
    'PutScalingPolicy',
    component,
    (abortSignal) =>
      client.send(
        new sdk.PutScalingPolicyCommand({
          ...target,
          PolicyName: `${component}-requests`,
          PolicyType: 'TargetTrackingScaling',
          TargetTrackingScalingPolicyConfiguration: {
            PredefinedMetricSpecification: {
              PredefinedMetricType: 'SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution',
            },
            TargetValue: requestsPerCopy,
            ScaleInCooldown: cooldownS,
            ScaleOutCooldown: cooldownS,
          },
        }),
        { abortSignal },
      ),
    options,
  );
  const { PolicyARN } = await calls.call(
    'PutScalingPolicy',
    component,
    (abortSignal) =>
      client.send(
        new sdk.PutScalingPolicyCommand({
          ...target,
          PolicyName: `${component}-first-copy`,
          PolicyType: 'StepScaling',
          StepScalingPolicyConfiguration: {
            AdjustmentType: 'ChangeInCapacity',
            MetricAggregationType: 'Maximum',
            Cooldown: 60,
            StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
          },
        }),
        { abortSignal },
      ),
    options,
  );
  await putAlarm(calls, component, PolicyARN ?? '', signal);
}

async function putAlarm(
  calls: ControlCalls,
  component: string,
  policyArn: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { PutMetricAlarmCommand } = await import('@aws-sdk/client-cloudwatch');
  const client = await calls.connection.client('cloudwatch', openCloudWatch);
  const input: PutMetricAlarmCommandInput = {
    AlarmName: alarmOf(component),
    AlarmActions: [policyArn],
    MetricName: 'NoCapacityInvocationFailures',
    Namespace: 'AWS/SageMaker',
    Statistic: 'Maximum',
    Dimensions: [{ Name: 'InferenceComponentName', Value: component }],
    Period: 30,
    EvaluationPeriods: 1,
    DatapointsToAlarm: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'missing',
  };
  await calls.call<unknown>(
    'PutMetricAlarm',
    component,
    (abortSignal) => client.send(new PutMetricAlarmCommand(input), { abortSignal }),
    { signal, service: 'cloudwatch' },
  );
}

/** Takes alarm, target and policies down; what is gone already counts as taken down. @throws AssayError */
export async function removeScaling(
  calls: ControlCalls,
  component: string,
  signal?: AbortSignal | undefined,
): Promise<void> {
  const { DeleteAlarmsCommand } = await import('@aws-sdk/client-cloudwatch');
  const { DeregisterScalableTargetCommand } = await import('@aws-sdk/client-application-auto-scaling');
  const cloudwatch = await calls.connection.client('cloudwatch', openCloudWatch);
  const scaling = await calls.connection.client('application-auto-scaling', openScaling);
  const recover = async (thrown: unknown) => (isNotFound(thrown) ? { value: undefined } : undefined);
  await calls.call<unknown>(
    'DeleteAlarms',
    component,
    (abortSignal) => cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [alarmOf(component)] }), { abortSignal }),
    { signal, service: 'cloudwatch', recover },
  );
  // Its policies go with it.
  await calls.call<unknown>(
    'DeregisterScalableTarget',
    component,
    (abortSignal) => scaling.send(new DeregisterScalableTargetCommand(targetOf(component)), { abortSignal }),
    { signal, service: SERVICE, recover },
  );
}

async function openScaling(config: ClientConfig) {
  const { ApplicationAutoScalingClient } = await import('@aws-sdk/client-application-auto-scaling');
  return new ApplicationAutoScalingClient(config);
}

async function openCloudWatch(config: ClientConfig) {
  const { CloudWatchClient } = await import('@aws-sdk/client-cloudwatch');
  return new CloudWatchClient(config);
}
