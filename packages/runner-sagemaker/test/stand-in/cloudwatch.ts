import { gunzipSync } from 'node:zlib';
import { WireError } from './wire-error.ts';

export interface PutMetric {
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly Value: number;
  readonly Timestamp: number;
  readonly Unit: string;
}

interface Put {
  readonly Namespace: string;
  readonly MetricData: readonly PutMetric[];
}

/** CloudWatch's PutMetricData with its limits, and alarms on scaling policies. */
export class CloudWatch {
  /** Every call that was taken. */
  readonly puts: Put[] = [];
  readonly alarms = new Map<string, Readonly<Record<string, unknown>>>();
  readonly #hasPolicy: (arn: string) => boolean;

  constructor(hasPolicy: (arn: string) => boolean) {
    this.#hasPolicy = hasPolicy;
  }

  inventory(): string[] {
    return [...this.alarms.keys()].map((name) => `alarm ${name}`);
  }

  handle(operation: string, body: Buffer, encoding: unknown): unknown {
    const text = (encoding === 'gzip' ? gunzipSync(body) : body).toString('utf8');
    if (operation === 'PutMetricAlarm') return this.#putAlarm(JSON.parse(text));
    if (operation === 'DeleteAlarms') {
      for (const name of (JSON.parse(text) as { AlarmNames: string[] }).AlarmNames) this.alarms.delete(name);
      return {};
    }
    if (operation !== 'PutMetricData') throw new WireError(400, 'UnknownOperationException', operation);
    const put = JSON.parse(text) as Put;
    const refuse = (message: string): never => {
      throw new WireError(400, 'InvalidParameterValueException', message);
    };
    if (put.MetricData.length > 1000) refuse('The collection MetricData must not have a size greater than 1000.');
    if (body.length > 1_048_576)
      throw new WireError(413, 'RequestEntityTooLarge', 'Request size exceeded 1048576 bytes');
    for (const { MetricName, Dimensions, Value } of put.MetricData) {
      if (MetricName.length > 255 || Dimensions.length > 30 || typeof Value !== 'number') refuse(MetricName);
      for (const { Name, Value: text } of Dimensions)
        if (!/^[\x20-\x7e]+$/.test(text) || text.trim() === '' || text.startsWith(':') || Name.startsWith(':'))
          refuse(`The value ${text} for parameter MetricData.member.Dimensions is invalid.`);
    }
    this.puts.push(put);
    return {};
  }

  #putAlarm(input: Readonly<Record<string, unknown>>): unknown {
    for (const action of (input.AlarmActions as string[] | undefined) ?? [])
      if (!this.#hasPolicy(action))
        throw new WireError(400, 'ValidationError', `Invalid arn syntax or no such policy: ${action}`);
    this.alarms.set(String(input.AlarmName), input);
    return {};
  }
}
