import type { Clock } from '@assay/core';
import { checkName, hubPath, type Input, limitExceeded, notFound, type Tag, tagsIn } from './control-checks.ts';
import { validationException, WireError } from './wire-error.ts';

export const ACCOUNT = '123456789012';

/** A named thing of one kind: what was asked for, when, and its tags. */
interface Resource {
  readonly kind: Kind;
  readonly name: string;
  readonly arn: string;
  readonly input: Input;
  readonly createdAt: number;
  tags: Tag[];
}

export interface EndpointRecord extends Resource {
  readonly kind: 'endpoint';
  readonly readyAt: number;
  readonly failureReason: string | undefined;
  deletedAt: number | undefined;
}

type Kind = 'model' | 'endpoint-config' | 'endpoint';

export interface ControlPlaneOptions {
  readonly region?: string;
  /** How long an endpoint stays in Creating, in milliseconds of the clock. @default 240_000 */
  readonly createMs?: number;
  /** How long an endpoint stays in Deleting. @default 60_000 */
  readonly deleteMs?: number;
  /** Eventual consistency: how long models and configs are invisible after their creation. @default 0 */
  readonly lagMs?: number;
  /** @default 10, as ListEndpoints */
  readonly pageSize?: number;
  /** Endpoints beyond which CreateEndpoint says ResourceLimitExceeded. */
  readonly maxEndpoints?: number;
  /** The failure of an endpoint, by name; undefined brings it to InService. */
  readonly failureOf?: (endpoint: string) => string | undefined;
}

/** SageMaker's control plane for models, endpoint configs and endpoints, with states that change as time passes. */
export class ControlPlane {
  readonly #clock: Clock;
  readonly #options: ControlPlaneOptions;
  readonly #models = new Map<string, Resource>();
  readonly #configs = new Map<string, Resource>();
  readonly #endpoints = new Map<string, EndpointRecord>();
  /** Contents of hubs: `hub/type/name@version` → document. */
  readonly hubContents = new Map<string, Readonly<Record<string, unknown>>>();
  /** Model package groups. */
  readonly groups = new Map<string, Input>();
  /** Model packages, by ARN. */
  readonly modelPackages = new Map<string, Record<string, unknown>>();

  constructor(clock: Clock, options: ControlPlaneOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  get region(): string {
    return this.#options.region ?? 'us-east-1';
  }

  /** What other parts of the account hold. */
  elsewhere: () => readonly string[] = () => [];
  /** Whether an inference component is on an endpoint. */
  isOccupied: (endpoint: string) => boolean = () => false;

  /** Everything that exists, as `kind name`, the deleted endpoints left out once they are gone. */
  inventory(): string[] {
    this.#forgetDeleted();
    const own = [...this.#models.values(), ...this.#configs.values(), ...this.#endpoints.values()];
    return [...own.map(({ kind, name }) => `${kind} ${name}`), ...this.elsewhere()].sort();
  }

  tagsOf(kind: Kind, name: string): Record<string, string> {
    const found = this.#mapOf(kind).get(name);
    return Object.fromEntries((found?.tags ?? []).map(({ Key, Value }) => [Key, Value]));
  }

  inputOf(kind: Kind, name: string): Input | undefined {
    return this.#mapOf(kind).get(name)?.input;
  }

  /** An endpoint that was there before anybody came, with its config and model. */
  seedEndpoint(name: string, tags: readonly Tag[] = [], status: 'InService' | 'Failed' = 'InService'): void {
    const now = this.#clock.now();
    for (const [kind, map] of [
      ['model', this.#models],
      ['endpoint-config', this.#configs],
    ] as const) {
      map.set(name, this.#resource(kind, name, {}, tags, now - 86_400_000));
    }
    this.#endpoints.set(name, {
      ...this.#resource('endpoint', name, { EndpointConfigName: name }, tags, now - 86_400_000),
      kind: 'endpoint',
      readyAt: 0,
      failureReason: status === 'Failed' ? 'seeded as failed' : undefined,
      deletedAt: undefined,
    });
  }

  /** Undefined when there is no such endpoint. */
  endpointStatus(name: string): string | undefined {
    this.#forgetDeleted();
    const found = this.#endpoints.get(name);
    if (found === undefined) return undefined;
    if (found.deletedAt !== undefined) return 'Deleting';
    if (found.readyAt > this.#clock.now()) return 'Creating';
    return found.failureReason === undefined ? 'InService' : 'Failed';
  }

  /** Whether its variant names no model, so that inference components bring them. */
  takesComponents(endpoint: string): boolean {
    return this.#variantOf(endpoint)?.ModelName === undefined && this.#variantOf(endpoint) !== undefined;
  }

  variantName(endpoint: string): string {
    return String(this.#variantOf(endpoint)?.VariantName ?? 'AllTraffic');
  }

  leastInstances(endpoint: string): number | undefined {
    const { MinInstanceCount } = (this.#variantOf(endpoint)?.ManagedInstanceScaling ?? {}) as {
      MinInstanceCount?: number;
    };
    return MinInstanceCount;
  }

  #variantOf(endpoint: string): Input | undefined {
    const config = this.#configs.get(String(this.#endpoints.get(endpoint)?.input.EndpointConfigName));
    return (config?.input.ProductionVariants as Input[] | undefined)?.[0];
  }

  /** Where an asynchronous endpoint writes; undefined for one that is asked directly. */
  asyncOutputOf(endpoint: string): string | undefined {
    const config = this.#configs.get(String(this.#endpoints.get(endpoint)?.input.EndpointConfigName));
    const { AsyncInferenceConfig } = (config?.input ?? {}) as {
      AsyncInferenceConfig?: { OutputConfig: { S3OutputPath: string } };
    };
    return AsyncInferenceConfig?.OutputConfig.S3OutputPath;
  }

  handle(operation: string, input: Input): unknown {
    this.#forgetDeleted();
    const operations: Readonly<Record<string, (input: Input) => unknown>> = {
      CreateModel: (given) => this.#createModel(given),
      CreateEndpointConfig: (given) => this.#createConfig(given),
      CreateEndpoint: (given) => this.#createEndpoint(given),
      DescribeModel: (given) => this.#describeModel(given),
      DescribeEndpointConfig: (given) => this.#describeConfig(given),
      DescribeEndpoint: (given) => this.#describeEndpoint(given),
      DeleteModel: ({ ModelName }) => this.#delete(this.#models, 'model', String(ModelName)),
      DeleteEndpointConfig: ({ EndpointConfigName }) =>
        this.#delete(this.#configs, 'endpoint configuration', String(EndpointConfigName)),
      DeleteEndpoint: ({ EndpointName }) => this.#deleteEndpoint(String(EndpointName)),
      ListModels: (given) => this.#list('Models', 'Model', this.#models, given),
      ListEndpointConfigs: (given) => this.#list('EndpointConfigs', 'EndpointConfig', this.#configs, given),
      ListEndpoints: (given) => this.#list('Endpoints', 'Endpoint', this.#endpoints, given),
      AddTags: (given) => this.#addTags(given),
      ListTags: ({ ResourceArn }) => ({ Tags: this.#byArn(String(ResourceArn)).tags }),
      DescribeHubContent: (given) => this.#describeHubContent(given),
      ListHubContentVersions: (given) => this.#listHubContentVersions(given),
      CreateModelPackageGroup: (given) => this.#createGroup(given),
      CreateModelPackage: (given) => this.#createPackage(given),
      DescribeModelPackage: ({ ModelPackageName }) => this.#describePackage(String(ModelPackageName)),
    };
    const handler = operations[operation];
    if (handler === undefined)
      throw new WireError(400, 'UnknownOperationException', `the stand-in does not know ${operation}`);
    return handler(input);
  }

  #createModel(input: Input): unknown {
    const name = checkName('modelName', input.ModelName);
    if (this.#models.has(name))
      throw validationException(`Cannot create already existing model "${this.#arn('model', name)}".`);
    if (typeof input.ExecutionRoleArn !== 'string' || !input.ExecutionRoleArn.startsWith('arn:aws'))
      throw validationException(
        '1 validation error detected: Value at "executionRoleArn" failed to satisfy constraint',
      );
    const container = input.PrimaryContainer as Input | undefined;
    if (container?.Image === undefined && container?.ModelPackageName === undefined)
      throw validationException('Container image must be specified for the primary container');
    const source = (container.ModelDataSource as { S3DataSource?: Input } | undefined)?.S3DataSource;
    const access = source?.ModelAccessConfig as { AcceptEula?: boolean } | undefined;
    if (String(source?.S3Uri ?? '').includes('private') && access?.AcceptEula !== true)
      throw validationException('To use this model you must accept the end-user license agreement: AcceptEula');
    this.#models.set(name, this.#resource('model', name, input, tagsIn(input)));
    return { ModelArn: this.#arn('model', name) };
  }

  #createConfig(input: Input): unknown {
    const name = checkName('endpointConfigName', input.EndpointConfigName);
    if (this.#configs.has(name))
      throw validationException(
        `Cannot create already existing endpoint configuration "${this.#arn('endpoint-config', name)}".`,
      );
    for (const variant of (input.ProductionVariants as Input[] | undefined) ?? []) {
      if (variant.ModelName === undefined) continue;
      const model = String(variant.ModelName);
      if (this.#visible(this.#models, model) === undefined)
        throw validationException(`Could not find model "${this.#arn('model', model)}".`);
    }
    this.#configs.set(name, this.#resource('endpoint-config', name, input, tagsIn(input)));
    return { EndpointConfigArn: this.#arn('endpoint-config', name) };
  }

  #createEndpoint(input: Input): unknown {
    const name = checkName('endpointName', input.EndpointName);
    if (this.#endpoints.has(name))
      throw validationException(`Cannot create already existing endpoint "${this.#arn('endpoint', name)}".`);
    const config = String(input.EndpointConfigName);
    if (this.#visible(this.#configs, config) === undefined)
      throw validationException(`Could not find endpoint configuration "${this.#arn('endpoint-config', config)}".`);
    if (this.#endpoints.size >= (this.#options.maxEndpoints ?? Number.POSITIVE_INFINITY)) throw limitExceeded();
    this.#endpoints.set(name, {
      ...this.#resource('endpoint', name, input, tagsIn(input)),
      kind: 'endpoint',
      readyAt: this.#clock.now() + (this.#options.createMs ?? 240_000),
      failureReason: this.#options.failureOf?.(name),
      deletedAt: undefined,
    });
    return { EndpointArn: this.#arn('endpoint', name) };
  }

  #describeModel({ ModelName }: Input): unknown {
    const found = this.#visible(this.#models, String(ModelName));
    if (found === undefined) throw notFound('model', this.#arn('model', String(ModelName)));
    return { ...found.input, ModelArn: found.arn, CreationTime: found.createdAt / 1000 };
  }

  #describeConfig({ EndpointConfigName }: Input): unknown {
    const found = this.#visible(this.#configs, String(EndpointConfigName));
    if (found === undefined)
      throw notFound('endpoint configuration', this.#arn('endpoint-config', String(EndpointConfigName)));
    return { ...found.input, EndpointConfigArn: found.arn, CreationTime: found.createdAt / 1000 };
  }

  #describeEndpoint({ EndpointName }: Input): unknown {
    const found = this.#endpoints.get(String(EndpointName));
    if (found === undefined) throw notFound('endpoint', this.#arn('endpoint', String(EndpointName)));
    const status = this.endpointStatus(found.name);
    return {
      EndpointName: found.name,
      EndpointArn: found.arn,
      EndpointConfigName: found.input.EndpointConfigName,
      EndpointStatus: status,
      ...(status === 'Failed' ? { FailureReason: found.failureReason } : {}),
      ...(status === 'InService' ? { ProductionVariants: [{ VariantName: this.variantName(found.name) }] } : {}),
      CreationTime: found.createdAt / 1000,
      LastModifiedTime: found.createdAt / 1000,
    };
  }

  #deleteEndpoint(name: string): unknown {
    const found = this.#endpoints.get(name);
    if (found === undefined) throw notFound('endpoint', this.#arn('endpoint', name));
    if (this.endpointStatus(name) === 'Creating')
      throw validationException(`Cannot update in-progress endpoint "${found.arn}".`);
    if (this.isOccupied(name))
      throw validationException(`Cannot delete endpoint "${found.arn}": delete its inference components first.`);
    found.deletedAt ??= this.#clock.now();
    return undefined;
  }

  #delete(map: Map<string, Resource>, what: string, name: string): unknown {
    const found = this.#visible(map, name);
    if (found === undefined) throw notFound(what, name);
    map.delete(name);
    return undefined;
  }

  #list(listName: string, prefix: string, map: Map<string, Resource>, input: Input): unknown {
    const contains = String(input.NameContains ?? '');
    const before = Number(input.CreationTimeBefore ?? Number.POSITIVE_INFINITY) * 1000;
    const all = [...map.values()]
      .filter(({ name, createdAt }) => name.includes(contains) && createdAt <= before && this.#visible(map, name))
      .sort((a, b) => b.createdAt - a.createdAt || (a.name < b.name ? -1 : 1));
    const from = input.NextToken === undefined ? 0 : Number(input.NextToken);
    const size = Math.min(Number(input.MaxResults ?? 100), this.#options.pageSize ?? 10);
    const page = all.slice(from, from + size).map(({ name, arn, createdAt }) => ({
      [`${prefix}Name`]: name,
      [`${prefix}Arn`]: arn,
      CreationTime: createdAt / 1000,
      ...(prefix === 'Endpoint'
        ? { EndpointStatus: this.endpointStatus(name), LastModifiedTime: createdAt / 1000 }
        : {}),
    }));
    const next = from + size < all.length ? { NextToken: String(from + size) } : {};
    return { [listName]: page, ...next };
  }

  #addTags({ ResourceArn, Tags }: Input): unknown {
    const found = this.#byArn(String(ResourceArn));
    const added = Tags as Tag[];
    found.tags = [...found.tags.filter(({ Key }) => !added.some((tag) => tag.Key === Key)), ...added];
    return { Tags: found.tags };
  }

  #describeHubContent(input: Input): unknown {
    const { HubContentName: name, HubContentVersion: wanted } = input;
    const version = wanted ?? this.#hubVersions(input).at(-1);
    const found = this.hubContents.get(`${hubPath(input)}@${version}`);
    if (found === undefined) throw new WireError(400, 'ResourceNotFound', `Hub content ${name} does not exist.`);
    return {
      HubContentName: name,
      HubContentArn: `arn:aws:sagemaker:${this.region}:${ACCOUNT}:hub-content/${hubPath(input)}/${version}`,
      HubContentVersion: version,
      HubContentDocument: JSON.stringify(found),
      HubContentStatus: 'Available',
    };
  }

  #hubVersions(input: Input): string[] {
    const start = `${hubPath(input)}@`;
    return [...this.hubContents.keys()].filter((key) => key.startsWith(start)).map((key) => key.slice(start.length));
  }

  /** Two a page, so that nobody reads the first alone. */
  #listHubContentVersions(input: Input): unknown {
    const versions = this.#hubVersions(input);
    if (versions.length === 0)
      throw new WireError(400, 'ResourceNotFound', `Hub content ${input.HubContentName} does not exist.`);
    const from = Number(input.NextToken ?? 0);
    return {
      HubContentSummaries: versions.slice(from, from + 2).map((HubContentVersion) => ({ HubContentVersion })),
      ...(from + 2 < versions.length ? { NextToken: String(from + 2) } : {}),
    };
  }

  #createGroup(input: Input): unknown {
    const name = checkName('modelPackageGroupName', input.ModelPackageGroupName);
    if (this.groups.has(name)) throw validationException(`Model Package Group already exists: ${name}`);
    this.groups.set(name, input);
    return { ModelPackageGroupArn: `arn:aws:sagemaker:${this.region}:${ACCOUNT}:model-package-group/${name}` };
  }

  #createPackage(input: Input): unknown {
    const group = String(input.ModelPackageGroupName);
    if (!this.groups.has(group)) throw validationException(`Model Package Group ${group} does not exist.`);
    for (const [made, { ClientToken }] of this.modelPackages)
      if (input.ClientToken !== undefined && ClientToken === input.ClientToken) return { ModelPackageArn: made };
    const arn = `arn:aws:sagemaker:${this.region}:${ACCOUNT}:model-package/${group}/${this.modelPackages.size + 1}`;
    this.modelPackages.set(arn, { ...input });
    return { ModelPackageArn: arn };
  }

  #describePackage(arn: string): unknown {
    const found = this.modelPackages.get(arn);
    if (found === undefined) throw validationException(`ModelPackage ${arn} does not exist.`);
    return { ModelPackageArn: arn, ModelPackageStatus: 'Completed', ...found };
  }

  #mapOf(kind: Kind): Map<string, Resource> {
    return kind === 'model' ? this.#models : kind === 'endpoint-config' ? this.#configs : this.#endpoints;
  }

  #visible(map: Map<string, Resource>, name: string): Resource | undefined {
    const found = map.get(name);
    const isVisible = found !== undefined && found.createdAt + (this.#options.lagMs ?? 0) <= this.#clock.now();
    return isVisible ? found : undefined;
  }

  #byArn(arn: string): Resource {
    for (const map of [this.#models, this.#configs, this.#endpoints]) {
      for (const resource of map.values()) if (resource.arn === arn) return resource;
    }
    throw validationException(`Could not find resource "${arn}".`);
  }

  #resource(kind: Kind, name: string, input: Input, tags: readonly Tag[], createdAt = this.#clock.now()): Resource {
    return { kind, name, arn: this.#arn(kind, name), input, tags: [...tags], createdAt };
  }

  #arn(kind: Kind, name: string): string {
    return `arn:aws:sagemaker:${this.region}:${ACCOUNT}:${kind}/${name.toLowerCase()}`;
  }

  #forgetDeleted(): void {
    for (const { name, deletedAt } of this.#endpoints.values()) {
      if (deletedAt !== undefined && deletedAt + (this.#options.deleteMs ?? 60_000) <= this.#clock.now())
        this.#endpoints.delete(name);
    }
  }
}
