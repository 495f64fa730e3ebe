import type { ScoreSummary, Summary } from '@assay/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../../test/stand-in/stand-in.ts';
import { AwsConnection } from '../aws/aws-connection.ts';
import { publishScores } from './publish-scores.ts';

let aws: StandIn;
let connection: AwsConnection;

beforeEach(async () => {
  aws = await startStandIn();
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  connection = new AwsConnection({ region: 'us-east-1', credentials, endpoint: aws.url });
});
afterEach(async () => {
  await connection.close();
  await aws.close();
});

const figure = (more: Partial<ScoreSummary> = {}): ScoreSummary =>
  ({
    model: 'm',
    algorithm: 'qa',
    score: 'f1',
    category: null,
    n: 50,
    value: 0.5,
    interval: [0.4, 0.6],
    ...more,
  }) as ScoreSummary;

const run = (scores: readonly ScoreSummary[]): Summary =>
  ({
    scores,
    dataset: { name: 'd', samples: 50, badRows: 0 },
    models: [{ name: 'm', states: { scored: 48, failed: 2 } }],
    timing: { endedAt: '2026-11-23T10:00:00.000Z' },
  }) as unknown as Summary;

const publish = (scores: readonly ScoreSummary[], namespace = 'Team/Eval') =>
  publishScores(connection, run(scores), { namespace, clock: aws.clock });

test('each figure goes out with its interval, its samples and its dimensions, at the time of the run', async () => {
  await publish([figure(), figure({ category: 'history', value: 0.25, interval: null, n: 9 })]);
  const [put] = aws.cloudwatch.puts;
  expect(put?.Namespace).toBe('Team/Eval');
  const shown = put!.MetricData.map(({ MetricName, Value, Dimensions }) => [
    MetricName,
    Value,
    Dimensions.map((dimension) => `${dimension.Name}=${dimension.Value}`).join(' '),
  ]);
  const all = 'Model=m Dataset=d';
  expect(shown).toEqual([
    ['qa.f1', 0.5, all],
    ['qa.f1.lower', 0.4, all],
    ['qa.f1.upper', 0.6, all],
    ['qa.f1.n', 50, all],
    ['qa.f1', 0.25, `${all} Category=history`],
    ['qa.f1.n', 9, `${all} Category=history`],
    ['samples.scored', 48, all],
    ['samples.failed', 2, all],
  ]);
  expect(put!.MetricData[0]!.Timestamp).toBe(Date.UTC(2026, 10, 23, 10) / 1000);
});

test('a figure over no samples is left out, and names are made such as CloudWatch takes', async () => {
  await publish([figure({ value: null, interval: null, n: 0, model: ':Mödel 模', category: '  ' })]);
  const [first] = aws.cloudwatch.puts[0]!.MetricData;
  expect(first?.MetricName).toBe('qa.f1.n');
  expect(first?.Dimensions.map(({ Value }) => Value)).toEqual(['Mo?del ?', 'd', '-']);
});

test('many figures go out in calls of at most 1000, large ones compressed, and a call that fails is tried again', async () => {
  aws.faults.add('PutMetricData', { kind: 'throttle' }, 2);
  aws.faults.add('PutMetricData', { kind: 'server-error' });
  const sent = await publish(Array.from({ length: 600 }, (_, i) => figure({ category: `c${i}` })));
  expect(sent).toBe(2402);
  expect(aws.cloudwatch.puts.map(({ MetricData }) => MetricData.length)).toEqual([1000, 1000, 402]);
  expect(aws.calls.at(-1)?.headers['content-encoding']).toBe('gzip');
});

test('a namespace of AWS’s own is refused before anything is sent, and a denied call names the permission', async () => {
  await expect(publish([figure()], 'AWS/Mine')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(aws.calls).toEqual([]);
  aws.faults.add('PutMetricData', { kind: 'access-denied' });
  await expect(publish([figure()])).rejects.toMatchObject({
    code: 'AWS_ACCESS_DENIED',
    hint: expect.stringContaining('cloudwatch:PutMetricData'),
  });
});
