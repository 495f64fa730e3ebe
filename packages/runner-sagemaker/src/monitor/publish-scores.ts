import { AssayError, type Clock, RetryBudget, type Summary, systemClock } from '@assay/core';
import type { AwsConnection, ClientConfig } from '../aws/aws-connection.ts';
import { awsError } from '../aws/aws-error.ts';
import { scoreMetrics } from './score-metrics.ts';

/** The most metrics that one PutMetricData takes. */
const METRICS_PER_CALL = 1000;

export interface PublishOptions {
  /** Not `AWS/…`, which is AWS's own. */
  readonly namespace: string;
  readonly clock?: Clock | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Publishes a run's figures to CloudWatch. Publishing a run again adds the same values at
 * the same time: their average stays as it is.
 * @returns how many metrics were sent @throws AssayError CONFIG_INVALID for a namespace that CloudWatch does not take
 */
export async function publishScores(
  connection: AwsConnection,
  summary: Summary,
  { namespace, clock = systemClock, signal }: PublishOptions,
): Promise<number> {
  if (!/^[\w.\-/#][\w.\-/#:]{0,254}$/.test(namespace) || /^AWS\//.test(namespace))
    throw new AssayError('CONFIG_INVALID', `CloudWatch takes no namespace "${namespace}"`, {
      hint: 'letters, digits and . - _ / #, not beginning with AWS/; such as MyTeam/Evaluations',
    });
  const metrics = scoreMetrics(summary);
  const { PutMetricDataCommand } = await import('@aws-sdk/client-cloudwatch');
  const client = await connection.client('cloudwatch', openClient);
  const retries = new RetryBudget({
    clock,
    maxAttempts: 6,
    baseMs: 500,
    capMs: 10_000,
    breakAfter: Number.POSITIVE_INFINITY,
  });
  const tried = { action: 'cloudwatch:PutMetricData', resource: '*', region: connection.region };
  for (let from = 0; from < metrics.length; from += METRICS_PER_CALL) {
    const MetricData = metrics.slice(from, from + METRICS_PER_CALL);
    const result = await retries.run(
      `PutMetricData/${from}`,
      async (_, stop) => {
        try {
          await client.send(new PutMetricDataCommand({ Namespace: namespace, MetricData }), { abortSignal: stop });
        } catch (thrown) {
          throw stop.aborted ? thrown : awsError(thrown, tried);
        }
      },
      signal,
    );
    if (!result.ok) throw result.error;
  }
  return metrics.length;
}

async function openClient(config: ClientConfig) {
  const { CloudWatchClient } = await import('@aws-sdk/client-cloudwatch');
  return new CloudWatchClient(config);
}
