import type { Clock } from '@assay/core';
import type { Tag } from './control-checks.ts';
import { ACCOUNT, type ControlPlane } from './control-plane.ts';
import { validationException, WireError } from './wire-error.ts';

type Json = Readonly<Record<string, unknown>>;

interface Component {
  readonly name: string;
  readonly arn: string;
  readonly endpoint: string;
  readonly input: Json;
  readonly tags: readonly Tag[];
  readonly createdAt: number;
  readonly readyAt: number;
  copies: number;
  deletedAt: number | undefined;
}

export interface ComponentOptions {
  /** How long a component stays in Creating. @default 120_000 */
  readonly componentMs?: number | undefined;
  /** The failure of a component, by name. */
  readonly componentFailureOf?: ((component: string) => string | undefined) | undefined;
}

/** How long a component stays in Deleting. */
const DELETE_MS = 30_000;

/** SageMaker's inference components, and what Application Auto Scaling does with their copies. */
export class InferenceComponents {
  readonly #clock: Clock;
  readonly #control: ControlPlane;
  readonly #options: ComponentOptions;
  readonly #all = new Map<string, Component>();
  /** Scalable targets by their resource, with the ARNs of their policies. */
  readonly targets = new Map<string, { readonly input: Json; readonly policies: Map<string, Json> }>();

  constructor(clock: Clock, control: ControlPlane, options: ComponentOptions) {
    this.#clock = clock;
    this.#control = control;
    this.#options = options;
  }

  readonly operations: Readonly<Record<string, (input: Json) => unknown>> = {
    CreateInferenceComponent: (input) => this.#create(input),
    DescribeInferenceComponent: ({ InferenceComponentName }) => this.#describe(String(InferenceComponentName)),
    DeleteInferenceComponent: ({ InferenceComponentName }) => this.#delete(String(InferenceComponentName)),
    ListInferenceComponents: (input) => this.#list(input),
    RegisterScalableTarget: (input) => this.#register(input),
    DeregisterScalableTarget: (input) => this.#deregister(input),
    PutScalingPolicy: (input) => this.#putPolicy(input),
  };

  inventory(): string[] {
    this.#forget();
    return [
      ...[...this.#all.keys()].map((name) => `inference-component ${name}`),
      ...[...this.targets.keys()].map((resource) => `scalable-target ${resource}`),
    ];
  }

  /** Undefined for an ARN of something else. */
  tagsOf(arn: string): readonly Tag[] | undefined {
    return [...this.#all.values()].find((component) => component.arn === arn)?.tags;
  }

  inputOf(name: string): Json | undefined {
    return this.#all.get(name)?.input;
  }

  isOn(endpoint: string): boolean {
    this.#forget();
    return [...this.#all.values()].some((component) => component.endpoint === endpoint);
  }

  /** Copies that answer, as scaling leaves them. */
  setCopies(name: string, copies: number): void {
    this.#all.get(name)!.copies = copies;
  }

  hasPolicy(arn: string): boolean {
    return [...this.targets.values()].some(({ policies }) => policies.has(arn));
  }

  /** Refuses an invocation that no copy could answer. @throws WireError */
  requireCopy(endpoint: string, name: string | undefined): void {
    if (name === undefined)
      throw new WireError(
        400,
        'ValidationError',
        'Inference Component Name header is required for endpoints to which you plan to deploy inference components.',
      );
    const found = this.#all.get(name);
    if (found?.endpoint !== endpoint || this.#statusOf(found) !== 'InService')
      throw new WireError(400, 'ValidationError', `Inference Component ${name} of endpoint ${endpoint} not found.`);
    if (found.copies === 0)
      throw new WireError(
        400,
        'ValidationError',
        'Inference Component has no capacity to process this request. ApplicationAutoScaling may be in-progress (if configured) or try to increase the capacity by invoking UpdateInferenceComponentRuntimeConfig API.',
      );
  }

  #create(input: Json): unknown {
    const name = String(input.InferenceComponentName);
    const endpoint = String(input.EndpointName);
    this.#forget();
    const arn = `arn:aws:sagemaker:${this.#control.region}:${ACCOUNT}:inference-component/${name.toLowerCase()}`;
    if (this.#all.has(name)) throw validationException(`Cannot create already existing inference component "${arn}".`);
    if (this.#control.endpointStatus(endpoint) !== 'InService')
      throw validationException(`Endpoint "${endpoint}" is not InService.`);
    if (!this.#control.takesComponents(endpoint))
      throw validationException(`Endpoint "${endpoint}" has a model of its own, and takes no inference components.`);
    if (input.VariantName !== this.#control.variantName(endpoint))
      throw validationException(`Endpoint "${endpoint}" has no variant "${input.VariantName}".`);
    const { ModelName } = input.Specification as { ModelName?: string };
    if (ModelName !== undefined && this.#control.inputOf('model', ModelName) === undefined)
      throw validationException(`Could not find model "${ModelName}".`);
    const now = this.#clock.now();
    this.#all.set(name, {
      ...{ name, arn, endpoint, input, createdAt: now, deletedAt: undefined },
      tags: (input.Tags as Tag[] | undefined) ?? [],
      readyAt: now + (this.#options.componentMs ?? 120_000),
      copies: (input.RuntimeConfig as { CopyCount: number }).CopyCount,
    });
    return { InferenceComponentArn: arn };
  }

  #describe(name: string): unknown {
    const found = this.#find(name);
    const status = this.#statusOf(found);
    return {
      InferenceComponentName: name,
      InferenceComponentArn: found.arn,
      EndpointName: found.endpoint,
      EndpointArn: `arn:aws:sagemaker:${this.#control.region}:${ACCOUNT}:endpoint/${found.endpoint}`,
      VariantName: found.input.VariantName,
      InferenceComponentStatus: status,
      ...(status === 'Failed' ? { FailureReason: this.#options.componentFailureOf?.(name) } : {}),
      RuntimeConfig: { DesiredCopyCount: found.copies, CurrentCopyCount: found.copies },
      CreationTime: found.createdAt / 1000,
      LastModifiedTime: found.createdAt / 1000,
    };
  }

  #delete(name: string): unknown {
    const found = this.#find(name);
    if (this.#statusOf(found) === 'Creating')
      throw validationException(`Cannot update in-progress inference component "${found.arn}".`);
    found.deletedAt ??= this.#clock.now();
    return undefined;
  }

  /** Two a page, so that nobody reads the first alone. */
  #list({ NextToken }: Json): unknown {
    this.#forget();
    const from = Number(NextToken ?? 0);
    const all = [...this.#all.values()];
    return {
      InferenceComponents: all.slice(from, from + 2).map((found) => ({
        InferenceComponentName: found.name,
        InferenceComponentArn: found.arn,
        InferenceComponentStatus: this.#statusOf(found),
        EndpointName: found.endpoint,
        CreationTime: found.createdAt / 1000,
      })),
      ...(from + 2 < all.length ? { NextToken: String(from + 2) } : {}),
    };
  }

  #register(input: Json): unknown {
    const resource = String(input.ResourceId);
    const found = this.#all.get(resource.replace('inference-component/', ''));
    if (found === undefined || this.#statusOf(found) !== 'InService')
      throw validationException(`${resource} does not exist, or is not InService.`);
    if (input.MinCapacity === 0 && this.#control.leastInstances(found.endpoint) !== 0)
      throw validationException(`MinCapacity is 0, and the endpoint of ${resource} keeps instances.`);
    this.targets.set(resource, { input, policies: this.targets.get(resource)?.policies ?? new Map() });
    return { ScalableTargetARN: `arn:aws:application-autoscaling:us-east-1:${ACCOUNT}:scalable-target/${resource}` };
  }

  #deregister({ ResourceId }: Json): unknown {
    if (!this.targets.delete(String(ResourceId)))
      throw new WireError(400, 'ObjectNotFoundException', `No scalable target found for ${ResourceId}`);
    return {};
  }

  #putPolicy(input: Json): unknown {
    const target = this.targets.get(String(input.ResourceId));
    if (target === undefined)
      throw new WireError(400, 'ObjectNotFoundException', `No scalable target found for ${input.ResourceId}`);
    const PolicyARN = `arn:aws:autoscaling:us-east-1:${ACCOUNT}:scalingPolicy:${input.ResourceId}:policyName/${input.PolicyName}`;
    target.policies.set(PolicyARN, input);
    return { PolicyARN, Alarms: [] };
  }

  #find(name: string): Component {
    this.#forget();
    const found = this.#all.get(name);
    if (found === undefined) throw validationException(`Could not find inference component "${name}".`);
    return found;
  }

  #statusOf({ name, readyAt, deletedAt }: Component): string {
    if (deletedAt !== undefined) return 'Deleting';
    if (readyAt > this.#clock.now()) return 'Creating';
    return this.#options.componentFailureOf?.(name) === undefined ? 'InService' : 'Failed';
  }

  #forget(): void {
    for (const { name, deletedAt } of this.#all.values())
      if (deletedAt !== undefined && deletedAt + DELETE_MS <= this.#clock.now()) this.#all.delete(name);
  }
}
