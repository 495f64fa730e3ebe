import { type Clock, hourlyCost, type Instances, type InstanceUse, type PriceTable } from '@assay/core';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { ControlCalls } from '../ownership/control-calls.ts';
import { describeJob } from './describe-job.ts';
import { endpointsOf, type SeenEndpoint } from './endpoints-of.ts';
import { type SeenJob, transformJobsOf } from './transform-jobs-of.ts';

/** What one job or endpoint of an execution has been paid for. */
export interface BilledLine {
  /** The step's name, or `endpoint <name>`. */
  readonly name: string;
  readonly use: InstanceUse;
  /** Several where an endpoint has variants; empty where AWS does not say. */
  readonly instances: readonly Instances[];
  /** Of each instance: as AWS bills it where it says so, else from its start to its end or until now. */
  readonly seconds: number;
  readonly isOver: boolean;
  /** By the user's prices; null where they do not say. */
  readonly amount: number | null;
  /** Where its log is: group and prefix of the streams. */
  readonly log: { readonly group: string; readonly streams: string };
}

/** A step of an execution, with the job behind it. */
export interface BilledStep {
  readonly name: string;
  readonly job: string | null;
}

interface Options {
  readonly prices: PriceTable | undefined;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Further regions. */
  readonly elsewhere?: readonly AwsConnection[] | undefined;
}

/** Follows what the jobs and endpoints of one execution cost; what is over is described only once. */
export class ExecutionCosts {
  readonly #calls: ControlCalls;
  readonly #regions: readonly {
    readonly calls: ControlCalls;
    readonly endpoints: Map<string, SeenEndpoint>;
    readonly jobs: Map<string, SeenJob>;
  }[];
  readonly #runId: string;
  readonly #options: Options;
  readonly #over = new Map<string, BilledLine>();

  /** @param runId the execution's id: the tag of its endpoints */
  constructor(connection: AwsConnection, runId: string, options: Options) {
    this.#regions = [connection, ...(options.elsewhere ?? [])].map((each) => ({
      calls: new ControlCalls(each, options.clock),
      endpoints: new Map(),
      jobs: new Map(),
    }));
    this.#calls = this.#regions[0]!.calls;
    this.#runId = runId;
    this.#options = options;
  }

  /**
   * Endpoints that were gone before the first look are not among them.
   * @param since of the execution: transform jobs before it are none of its. @throws AssayError
   */
  async look(steps: readonly BilledStep[], since: number): Promise<BilledLine[]> {
    const lines: BilledLine[] = [];
    for (const { name, job } of steps) {
      if (job === null) continue;
      const line = this.#over.get(job) ?? (await this.#jobLine(this.#calls, name, job));
      if (line === undefined) continue;
      if (line.isOver) this.#over.set(job, line);
      lines.push(line);
    }
    for (const region of this.#regions) {
      lines.push(...(await this.#transformLines(region.calls, region.jobs, since)));
      lines.push(...(await this.#endpointLines(region.calls, region.endpoints)));
    }
    return lines;
  }

  async #transformLines(calls: ControlCalls, jobs: Map<string, SeenJob>, since: number): Promise<BilledLine[]> {
    await transformJobsOf(calls, this.#runId, jobs, { since, signal: this.#options.signal });
    const lines: BilledLine[] = [];
    for (const [arn, { name, isOurs }] of jobs) {
      if (!isOurs) continue;
      const line = this.#over.get(arn) ?? (await this.#jobLine(calls, `transform job ${name}`, arn));
      if (line === undefined) continue;
      if (line.isOver) this.#over.set(arn, line);
      lines.push(line);
    }
    return lines;
  }

  async #jobLine(calls: ControlCalls, name: string, arn: string): Promise<BilledLine | undefined> {
    const { clock, signal, prices } = this.#options;
    const job = await describeJob(calls, arn, signal);
    if (job === undefined) return undefined;
    const { instances, startedAt, endedAt, billedSeconds, log } = job;
    const seconds = billedSeconds ?? (startedAt === undefined ? 0 : ((endedAt ?? clock.now()) - startedAt) / 1000);
    const amount = amountOf(prices, [instances], seconds);
    return { name, use: instances.use, instances: [instances], seconds, isOver: endedAt !== undefined, amount, log };
  }

  async #endpointLines(calls: ControlCalls, endpoints: Map<string, SeenEndpoint>): Promise<BilledLine[]> {
    const { clock, signal, prices } = this.#options;
    await endpointsOf(calls, this.#runId, endpoints, { now: clock.now(), signal });
    return [...endpoints.values()].flatMap((endpoint): BilledLine[] => {
      if (!endpoint.isOurs) return [];
      const { name, createdAt, goneAt, instances } = endpoint;
      const seconds = ((goneAt ?? clock.now()) - createdAt) / 1000;
      return [
        {
          name: `endpoint ${name}`,
          use: 'endpoint',
          instances,
          seconds,
          isOver: goneAt !== undefined,
          amount: instances.length === 0 ? null : amountOf(prices, instances, seconds),
          log: { group: `/aws/sagemaker/Endpoints/${name}`, streams: '' },
        },
      ];
    });
  }
}

function amountOf(prices: PriceTable | undefined, all: readonly Instances[], seconds: number): number | null {
  let amount = 0;
  for (const instances of all) {
    const hourly = hourlyCost(prices, instances);
    if (hourly === null) return null;
    amount += (hourly * seconds) / 3600;
  }
  return amount;
}
