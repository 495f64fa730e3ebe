import {
  type AwsConfig,
  type Clock,
  formatHourlyCost,
  hourlyCost,
  type Instances,
  type PriceTable,
  systemClock,
} from '@assay/core';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { SCALING_TAG, scaleToZero } from '../ownership/component-scaling.ts';
import { ControlCalls } from '../ownership/control-calls.ts';
import { deleteFound, deleteOwned } from '../ownership/delete-owned.ts';
import { variantOf } from '../ownership/endpoint-owner.ts';
import { findResource } from '../ownership/owned-resource.ts';
import { ownedTags } from '../ownership/owned-tags.ts';
import type { OwnershipLedger } from '../ownership/ownership-ledger.ts';
import { resourceName } from '../ownership/resource-name.ts';
import { type CreateContext, createEndpointConfigInput, createModelInput } from './create-inputs.ts';
import type { DeployHooks } from './deploy-hooks.ts';
import { stillIs } from './deployment-errors.ts';
import type { DeploymentPlan } from './deployment-plan.ts';
import { OwnedCreation } from './owned-creation.ts';
import { createComponentInput } from './production-variant.ts';
import { type TeardownReport, teardown } from './teardown.ts';
import { untilInService } from './until-in-service.ts';

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
  /** The config's inference_component; default: made like the endpoint's. */
  readonly inferenceComponent?: string | undefined;
  /** Of somebody else's endpoint, that takes the copies. @default its first */
  readonly variant?: string | undefined;
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
  /** That answers there, where the endpoint has copies of the model. */
  readonly inferenceComponent: string | undefined;
  /** False when somebody else brought the endpoint up meanwhile: it is used, and never deleted. */
  readonly isOwned: boolean;
  /** Deletes what was created, or says how to when it is to be kept. Never throws; a second call does nothing. */
  teardown(): Promise<TeardownReport>;
}

/** States that an endpoint does not leave by itself. */
const FAILED: ReadonlySet<string> = new Set(['Failed', 'OutOfService', 'UpdateRollbackFailed']);
const FIRST_POLL_MS = 5_000;
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
  readonly inferenceComponent: string | undefined;
  isOwned = true;
  /** Somebody else's endpoint takes the copies of the model: of that endpoint nothing is changed or deleted. */
  #isGuest = false;
  readonly #name: string;
  readonly #plan: DeploymentPlan;
  readonly #options: DeployOptions;
  readonly #calls: ControlCalls;
  readonly #creation: OwnedCreation;
  readonly #clock: Clock;
  readonly #hooks: DeployHooks;

  constructor(name: string, plan: DeploymentPlan, options: DeployOptions) {
    this.#name = name;
    this.#plan = plan;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#hooks = options.hooks ?? {};
    this.#calls = new ControlCalls(options.connection, this.#clock);
    const { ledger, runId, signal } = options;
    this.#creation = new OwnedCreation({
      calls: this.#calls,
      ledger,
      runId,
      signal,
      clock: this.#clock,
      hooks: this.#hooks,
    });
    this.endpointName = options.endpointName ?? this.#own;
    this.inferenceComponent = plan.component === undefined ? undefined : (options.inferenceComponent ?? this.#own);
  }

  async create(): Promise<void> {
    const { signal } = this.#options;
    for (const text of this.#plan.notices) this.#hooks.onNotice?.({ model: this.#name, text });
    const instances = this.#instances;
    if (instances !== undefined) this.#hooks.onPlanned?.({ name: this.endpointName, instances });
    const whose = await this.#whose();
    if (whose === 'ours') await this.#takeOver();
    else if (whose === 'others' && this.#plan.component !== undefined) await this.#createModelAlone();
    else await this.#createAll();
    signal?.throwIfAborted();
    await this.#untilInService('endpoint', this.endpointName);
    if (this.isOwned || this.#isGuest) await this.#component();
  }

  /**
   * Waits until an endpoint of this name that is being deleted is gone; one of this run that failed is deleted first.
   * @returns whose is up, or coming up
   */
  async #whose(): Promise<'nobody' | 'others' | 'ours'> {
    const { signal } = this.#options;
    const startedAt = this.#clock.now();
    for (;;) {
      const found = await findResource(this.#calls, 'endpoint', this.endpointName, signal);
      if (found === undefined) return 'nobody';
      const { status = 'unknown' } = found;
      if (status !== 'Deleting') {
        if (!(await this.#creation.isOurs('endpoint', this.endpointName))) return 'others';
        if (!FAILED.has(status)) return 'ours';
        const { runId } = this.#options;
        const deletion = { clock: this.#clock, signal };
        if (this.inferenceComponent !== undefined)
          await deleteOwned(this.#calls, 'inference-component', this.inferenceComponent, runId, deletion);
        await deleteFound(this.#calls, found, {}, deletion);
      }
      const elapsedMs = this.#clock.now() - startedAt;
      this.#hooks.onEndpoint?.({ endpoint: this.endpointName, status: 'Deleting', elapsedMs });
      if (elapsedMs > LONGEST_WAIT_MS) throw stillIs('endpoint', this.endpointName, 'Deleting', elapsedMs);
      await this.#clock.sleep(FIRST_POLL_MS, signal);
    }
  }

  /** What a process before this one created is this one's to delete. */
  async #takeOver(): Promise<void> {
    const own = this.#own;
    if (this.#plan.model.kind !== 'existing') await this.#creation.record('model', own);
    await this.#creation.record('endpoint-config', own);
    await this.#creation.record('endpoint', this.endpointName);
    this.#hooks.onTakenOver?.({ endpoint: this.endpointName });
  }

  async #createAll(): Promise<void> {
    const { connection, roleArn, aws } = this.#options;
    const { CreateEndpointCommand, CreateEndpointConfigCommand } = await import('@aws-sdk/client-sagemaker');
    const client = await connection.sagemaker();
    const context: CreateContext = { roleArn, aws, tags: this.#tags() };
    const modelName = this.#modelName;
    await this.#createModel(context);
    const configName = this.#own;
    const config = createEndpointConfigInput(configName, modelName, this.#plan, context);
    await this.#creation.begin('endpoint-config', configName, (abortSignal) =>
      client.send(new CreateEndpointConfigCommand(config), { abortSignal }),
    );
    const endpoint = { EndpointName: this.endpointName, EndpointConfigName: configName, Tags: [...context.tags] };
    this.isOwned = await this.#creation.begin('endpoint', this.endpointName, (abortSignal) =>
      client.send(new CreateEndpointCommand(endpoint), { abortSignal }),
    );
  }

  async #createModel(context: CreateContext): Promise<void> {
    const { model, acceptEula, networkIsolation } = this.#plan;
    if (model.kind === 'existing') return;
    const { CreateModelCommand } = await import('@aws-sdk/client-sagemaker');
    const client = await this.#options.connection.sagemaker();
    const input = createModelInput(this.#modelName, model, acceptEula, context, networkIsolation);
    await this.#creation.begin('model', this.#modelName, (abortSignal) =>
      client.send(new CreateModelCommand(input), { abortSignal }),
    );
  }

  async #createModelAlone(): Promise<void> {
    const { roleArn, aws } = this.#options;
    this.isOwned = false;
    this.#isGuest = true;
    await this.#createModel({ roleArn, aws, tags: this.#tags() });
  }

  async teardown(): Promise<TeardownReport> {
    if (this.#options.isShared === true) return { deleted: [], left: [] };
    if (this.#options.keep !== true || !(this.isOwned || this.#isGuest)) return this.abandon();
    const { connection, prices, ledger, runId } = this.#options;
    const { region } = connection;
    const kept = this.#creation.take();
    const at = new Date(this.#clock.now()).toISOString();
    for (const { kind, name } of kept)
      await ledger.append({ event: 'kept', kind, name, region, runId, at }).catch(() => {});
    const instances = this.#instances;
    const cost =
      instances === undefined
        ? `paid by ${this.#isGuest ? 'the endpoint’s owner' : 'request'}`
        : formatHourlyCost(hourlyCost(prices, instances), prices);
    this.#hooks.onKept?.({
      endpoint: this.endpointName,
      hourlyCost: cost,
      command: `assay pipeline sweep --run ${runId} --region ${region}`,
    });
    return { deleted: [], left: [] };
  }

  /** Deletes what was begun, kept or not. */
  abandon(): Promise<TeardownReport> {
    const { ledger, runId } = this.#options;
    return teardown(this.#creation.take(), {
      calls: this.#calls,
      ledger,
      runId,
      clock: this.#clock,
      hooks: this.#hooks,
    });
  }

  /** The copies of the model on the endpoint, once that is there. */
  async #component(): Promise<void> {
    const { component } = this.#plan;
    if (component === undefined) return;
    const { runId, signal } = this.#options;
    const { endpointName: endpoint } = this;
    const variant = this.#isGuest ? await variantOf(this.#calls, endpoint, this.#options.variant, signal) : undefined;
    const names = { component: this.inferenceComponent!, endpoint, model: this.#modelName, variant };
    const { scaleToZero: scale } = component;
    const scaling = scale === undefined ? [] : [{ Key: SCALING_TAG, Value: 'true' }];
    const input = createComponentInput(names, this.#plan, component, [...this.#tags(), ...scaling]);
    // One that a process before this one was deleting, or that failed, makes way.
    const found = await findResource(this.#calls, 'inference-component', names.component, signal);
    if (found?.status === 'Deleting' || found?.status === 'Failed')
      await deleteOwned(this.#calls, 'inference-component', names.component, runId, { clock: this.#clock, signal });
    const { CreateInferenceComponentCommand } = await import('@aws-sdk/client-sagemaker');
    const client = await this.#options.connection.sagemaker();
    await this.#creation.begin('inference-component', names.component, (abortSignal) =>
      client.send(new CreateInferenceComponentCommand(input), { abortSignal }),
    );
    await this.#untilInService('inference-component', names.component);
    if (scale !== undefined) await scaleToZero(this.#calls, names.component, scale, signal);
  }

  #untilInService(kind: 'endpoint' | 'inference-component', name: string): Promise<void> {
    const { signal } = this.#options;
    return untilInService(kind, name, { calls: this.#calls, clock: this.#clock, hooks: this.#hooks, signal });
  }

  get #modelName(): string {
    const { model } = this.#plan;
    return model.kind === 'existing' ? model.modelName : this.#own;
  }

  /** Of all that the run creates for the model. */
  get #own(): string {
    return resourceName('assay', this.#name, this.#options.runId);
  }

  /** Undefined for a serverless endpoint, and for copies on somebody else's. */
  get #instances(): Instances | undefined {
    const { instanceType: type, instanceCount, component } = this.#plan;
    if (type === undefined || this.#isGuest) return undefined;
    return { use: 'endpoint', type, count: component?.maxInstances ?? instanceCount };
  }

  #tags(): ReturnType<typeof ownedTags> {
    const { runId, owner, aws, keep } = this.#options;
    const expiresAt = this.#clock.now() + (aws?.expires_after_h ?? EXPIRES_AFTER_H) * 3_600_000;
    const owned = ownedTags({ runId, owner, expiresAt: keep === true ? undefined : expiresAt, tags: aws?.tags });
    return [...owned, ...this.#plan.tags];
  }
}
