import {
  type AwsConfig,
  type Clock,
  formatHourlyCost,
  hourlyCost,
  type Instances,
  isAssayError,
  type PriceTable,
  systemClock,
} from '@assay/core';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { isNotFound } from '../aws/aws-error.ts';
import { endpointState } from '../invoke/endpoint-state.ts';
import { ControlCalls } from '../ownership/control-calls.ts';
import { deleteFound } from '../ownership/delete-owned.ts';
import { findResource, tagsOf } from '../ownership/owned-resource.ts';
import { ownedTags, RUN_TAG } from '../ownership/owned-tags.ts';
import type { OwnedKind, OwnershipLedger } from '../ownership/ownership-ledger.ts';
import { resourceName } from '../ownership/resource-name.ts';
import { type CreateContext, createEndpointConfigInput, createModelInput } from './create-inputs.ts';
import type { DeployHooks } from './deploy-hooks.ts';
import { deploymentFailed, stillIs } from './deployment-errors.ts';
import type { DeploymentPlan } from './deployment-plan.ts';
import { type Begun, type TeardownReport, teardown } from './teardown.ts';

export interface DeployOptions {
  readonly connection: AwsConnection;
  readonly runId: string;
  /** Who to ask about what is created; a tag. */
  readonly owner: string;
  readonly ledger: OwnershipLedger;
  /** Execution role of the model. */
  readonly roleArn: string;
  readonly aws?: AwsConfig | undefined;
  /** The config's endpoint_name; default: made from the model's name and the run. */
  readonly endpointName?: string | undefined;
  /** `cleanup_endpoint: false` */
  readonly keep?: boolean | undefined;
  /** Other processes of the run ask the endpoint too: nobody but the end of the run deletes it. */
  readonly isShared?: boolean | undefined;
  readonly prices?: PriceTable | undefined;
  readonly clock?: Clock | undefined;
  readonly hooks?: DeployHooks | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Deployment {
  readonly endpointName: string;
  /** False when somebody else brought the endpoint up meanwhile: it is used, and never deleted. */
  readonly isOwned: boolean;
  /** Deletes what was created, or says how to when it is to be kept. Never throws; a second call does nothing. */
  teardown(): Promise<TeardownReport>;
}

/** States that an endpoint does not leave by itself. */
const FAILED: ReadonlySet<string> = new Set(['Failed', 'OutOfService', 'UpdateRollbackFailed']);
const FIRST_POLL_MS = 5_000;
const LONGEST_POLL_MS = 30_000;
const LONGEST_WAIT_MS = 75 * 60_000;
/** Hours until `sweep --expired` may take what a run left. */
const EXPIRES_AFTER_H = 24;

/**
 * Creates model, endpoint config and endpoint, each written to the ledger before the call, and waits until the
 * endpoint is in service. What carries this run's tag already, of a process that was killed, is taken over. Whatever goes
 * wrong on the way, what was begun is deleted again before the error is thrown.
 */
export async function deployEndpoint(name: string, plan: DeploymentPlan, options: DeployOptions): Promise<Deployment> {
  const deployment = new EndpointDeployment(name, plan, options);
  try {
    await deployment.create();
    return deployment;
  } catch (thrown) {
    if (options.isShared !== true) await deployment.abandon();
    throw thrown;
  }
}

class EndpointDeployment implements Deployment {
  readonly endpointName: string;
  isOwned = true;
  readonly #name: string;
  readonly #plan: DeploymentPlan;
  readonly #options: DeployOptions;
  readonly #calls: ControlCalls;
  readonly #clock: Clock;
  readonly #hooks: DeployHooks;
  #begun: Begun[] = [];

  constructor(name: string, plan: DeploymentPlan, options: DeployOptions) {
    this.#name = name;
    this.#plan = plan;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#hooks = options.hooks ?? {};
    this.#calls = new ControlCalls(options.connection, this.#clock);
    this.endpointName = options.endpointName ?? resourceName('assay', name, options.runId);
  }

  async create(): Promise<void> {
    const { signal } = this.#options;
    for (const text of this.#plan.notices) this.#hooks.onNotice?.({ model: this.#name, text });
    this.#hooks.onPlanned?.({ name: this.endpointName, instances: this.#instances });
    if (await this.#isUp()) await this.#takeOver();
    else await this.#createAll();
    signal?.throwIfAborted();
    await this.#untilInService();
  }

  /**
   * Waits until an endpoint of this name that is being deleted is gone; one of this run that failed is deleted first.
   * @returns whether one of this run is up, or coming up
   */
  async #isUp(): Promise<boolean> {
    const { signal } = this.#options;
    const startedAt = this.#clock.now();
    for (;;) {
      const found = await findResource(this.#calls, 'endpoint', this.endpointName, signal);
      if (found === undefined) return false;
      const { status = 'unknown' } = found;
      if (status !== 'Deleting') {
        if (!(await this.#isOurs('endpoint', this.endpointName))) return false;
        if (!FAILED.has(status)) return true;
        await deleteFound(this.#calls, found, { clock: this.#clock, signal });
      }
      const elapsedMs = this.#clock.now() - startedAt;
      this.#hooks.onEndpoint?.({ endpoint: this.endpointName, status: 'Deleting', elapsedMs });
      if (elapsedMs > LONGEST_WAIT_MS) throw stillIs(this.endpointName, 'Deleting', elapsedMs);
      await this.#clock.sleep(FIRST_POLL_MS, signal);
    }
  }

  /** What a process before this one created is this one's to delete. */
  async #takeOver(): Promise<void> {
    const { runId } = this.#options;
    const own = resourceName('assay', this.#name, runId);
    if (this.#plan.model.kind !== 'existing') await this.#record('model', own);
    await this.#record('endpoint-config', own);
    await this.#record('endpoint', this.endpointName);
    this.#hooks.onTakenOver?.({ endpoint: this.endpointName });
  }

  async #createAll(): Promise<void> {
    const { connection, runId, roleArn, aws } = this.#options;
    const { CreateEndpointCommand, CreateEndpointConfigCommand, CreateModelCommand } = await import(
      '@aws-sdk/client-sagemaker'
    );
    const client = await connection.sagemaker();
    const context: CreateContext = { roleArn, aws, tags: this.#tags() };
    const { model } = this.#plan;
    const modelName = model.kind === 'existing' ? model.modelName : resourceName('assay', this.#name, runId);
    if (model.kind !== 'existing') {
      const input = createModelInput(modelName, model, this.#plan.acceptEula, context, this.#plan.networkIsolation);
      await this.#begin('model', modelName, (abortSignal) =>
        client.send(new CreateModelCommand(input), { abortSignal }),
      );
    }
    const configName = resourceName('assay', this.#name, runId);
    const config = createEndpointConfigInput(configName, modelName, this.#plan, context);
    await this.#begin('endpoint-config', configName, (abortSignal) =>
      client.send(new CreateEndpointConfigCommand(config), { abortSignal }),
    );
    const endpoint = { EndpointName: this.endpointName, EndpointConfigName: configName, Tags: [...context.tags] };
    this.isOwned = await this.#begin('endpoint', this.endpointName, (abortSignal) =>
      client.send(new CreateEndpointCommand(endpoint), { abortSignal }),
    );
  }

  async teardown(): Promise<TeardownReport> {
    if (this.#options.isShared === true) return { deleted: [], left: [] };
    if (this.#options.keep !== true || !this.isOwned) return this.abandon();
    const { connection, prices, ledger, runId } = this.#options;
    const { region } = connection;
    const kept = this.#begun;
    this.#begun = [];
    const at = new Date(this.#clock.now()).toISOString();
    for (const { kind, name } of kept)
      await ledger.append({ event: 'kept', kind, name, region, runId, at }).catch(() => {});
    const cost = hourlyCost(prices, this.#instances);
    this.#hooks.onKept?.({
      endpoint: this.endpointName,
      hourlyCost: formatHourlyCost(cost, prices),
      command: `assay pipeline sweep --run ${runId} --region ${region}`,
    });
    return { deleted: [], left: [] };
  }

  /** Deletes what was begun, kept or not. */
  abandon(): Promise<TeardownReport> {
    const begun = this.#begun;
    this.#begun = [];
    const { ledger, runId } = this.#options;
    return teardown(begun, { calls: this.#calls, ledger, runId, clock: this.#clock, hooks: this.#hooks });
  }

  /** Ledger first, then the call. @returns false when one of that name is there that is not ours */
  async #begin(kind: OwnedKind, name: string, send: (signal: AbortSignal) => Promise<unknown>): Promise<boolean> {
    const { ledger, signal } = this.#options;
    signal?.throwIfAborted();
    const wasBegun = ledger.isBegun(kind, name);
    const begun = await this.#record(kind, name);
    this.#hooks.onCreating?.({ kind, name });
    const operation = { model: 'CreateModel', 'endpoint-config': 'CreateEndpointConfig', endpoint: 'CreateEndpoint' }[
      kind
    ];
    let isOurs = true;
    let sent = 0;
    const sendCounted = (stop: AbortSignal): Promise<unknown> => {
      sent += 1;
      return send(stop);
    };
    try {
      await this.#calls.call<unknown>(operation, name, sendCounted, {
        signal,
        recover: async (thrown) => {
          // What was created a moment ago need not be visible yet.
          if (isNotFound(thrown) && this.#clock.now() - begun.at < 60_000) return 'again';
          if (!/already exist/i.test((thrown as Error).message)) return undefined;
          // Ours if an earlier attempt got through whose answer was lost.
          isOurs = await this.#isOurs(kind, name);
          return isOurs || kind === 'endpoint' ? { value: undefined } : undefined;
        },
      });
    } catch (thrown) {
      // A first call that was refused created nothing; after anything else nobody knows.
      const isRefused = sent === 1 && !wasBegun && isAssayError(thrown) && !thrown.retryable;
      if (!isOurs || isRefused) this.#forget(begun);
      throw thrown;
    }
    if (!isOurs) this.#forget(begun);
    return isOurs;
  }

  async #record(kind: OwnedKind, name: string): Promise<Begun> {
    const { connection, runId, ledger } = this.#options;
    const at = this.#clock.now();
    const { region } = connection;
    await ledger.append({ event: 'creating', kind, name, region, runId, at: new Date(at).toISOString() });
    const begun: Begun = { kind, name, at };
    this.#begun.push(begun);
    return begun;
  }

  #forget(begun: Begun): void {
    this.#begun = this.#begun.filter((other) => other !== begun);
  }

  async #isOurs(kind: OwnedKind, name: string): Promise<boolean> {
    const found = await findResource(this.#calls, kind, name);
    if (found === undefined) return true;
    return (await tagsOf(this.#calls, found.arn))[RUN_TAG] === this.#options.runId;
  }

  async #untilInService(): Promise<void> {
    const { connection, signal } = this.#options;
    const startedAt = this.#clock.now();
    for (let waitMs = FIRST_POLL_MS; ; waitMs = Math.min(LONGEST_POLL_MS, waitMs * 1.5)) {
      const state = await this.#calls.call(
        'DescribeEndpoint',
        this.endpointName,
        (stop) => endpointState(connection, this.endpointName, stop),
        { signal },
      );
      const status = state?.status ?? 'Creating';
      const elapsedMs = this.#clock.now() - startedAt;
      this.#hooks.onEndpoint?.({ endpoint: this.endpointName, status, elapsedMs });
      if (status === 'InService') return;
      if (status !== 'Creating' && status !== 'unknown' && status !== 'Updating' && status !== 'SystemUpdating')
        throw deploymentFailed(this.endpointName, status, state?.failureReason);
      if (elapsedMs > LONGEST_WAIT_MS) throw stillIs(this.endpointName, status, elapsedMs);
      await this.#clock.sleep(waitMs, signal);
    }
  }

  get #instances(): Instances {
    return { use: 'endpoint', type: this.#plan.instanceType, count: this.#plan.instanceCount };
  }

  #tags(): ReturnType<typeof ownedTags> {
    const { runId, owner, aws, keep } = this.#options;
    const expiresAt = this.#clock.now() + (aws?.expires_after_h ?? EXPIRES_AFTER_H) * 3_600_000;
    const owned = ownedTags({ runId, owner, expiresAt: keep === true ? undefined : expiresAt, tags: aws?.tags });
    return [...owned, ...this.#plan.tags];
  }
}
