import { createEndpointConfigInput, createModelInput } from '../deploy/create-inputs.ts';
import type { DeployedModel, DeploymentPlan } from '../deploy/deployment-plan.ts';
import { FIRST_RANKED } from '../jumpstart/inference-config.ts';
import { servingArtefacts } from '../jumpstart/jumpstart-artefacts.ts';
import type { FoundDocument } from '../jumpstart/jumpstart-document.ts';
import { type JumpStartHosting, jumpStartHosting, referenceArn } from '../jumpstart/jumpstart-hosting.ts';
import { type GoldenRow, REPACKED } from './golden-row.ts';
import { refusal } from './refusal.ts';

/** Our resolution of a row of scope `hosting`, in the goldens' words. */
export function hostingView(found: FoundDocument, row: GoldenRow): unknown {
  const choice = { config: row.config ?? FIRST_RANKED, instanceType: row.instance_type };
  const view = (hosting: JumpStartHosting) => ({
    version: hosting.version,
    config_names: hosting.configNames.length === 0 ? null : hosting.configNames,
    default_config: hosting.defaultConfig ?? null,
    config_used: hosting.config ?? null,
    sdk_config_name: row.config ?? null,
    deprecated: hosting.document.deprecated === true,
    inference_vulnerable: hosting.document.inference_vulnerable === true,
    gated_bucket: hosting.isGated,
    eula_key: hosting.document.hosting_eula_key ?? null,
    eula_uri: hosting.eula ?? null,
    default_instance_type: hosting.defaultInstanceType ?? null,
    supported_instance_types: hosting.supportedInstanceTypes,
    image_uri: hosting.imageUri ?? (found.kind === 'hub' ? null : { error: 'refused', message: 'no image' }),
    model_uri: hosting.modelUri ?? null,
    use_script_uri: hosting.needsRepacking,
    script_uri: hosting.scriptUri ?? null,
    env_model_class: hosting.environment,
    env_all: hosting.wholeEnvironment,
    model_kwargs: { enable_network_isolation: hosting.networkIsolation },
    deploy_kwargs: defined({
      container_startup_health_check_timeout: hosting.startupTimeoutS,
      model_data_download_timeout: hosting.downloadTimeoutS,
      inference_ami_version: hosting.amiVersion,
      volume_size: hosting.volumeGb,
    }),
    model_package_arn: hosting.modelPackageArn ?? null,
    resource_requirements: resources(hosting),
    requests: requests(hosting, found, row),
  });
  try {
    return view(jumpStartHosting(found, choice));
  } catch (thrown) {
    // The SDK goes on without the package until it asks for one.
    const { hosting_model_package_arns: _, ...rest } = found.document;
    const without = view(jumpStartHosting({ ...found, document: rest }, choice));
    const error = refusal(thrown);
    return { ...without, env_model_class: {}, env_all: {}, model_package_arn: error, requests: error };
  }
}

const defined = (members: object): object =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

function resources({ resources: wanted }: JumpStartHosting): unknown {
  if (wanted === undefined) return null;
  const { num_accelerators, num_cpus, min_memory_mb: memory, max_memory_mb: limit, copies } = wanted;
  const present = (members: object): object =>
    Object.fromEntries(Object.entries(members).filter(([, value]) => value != null));
  return {
    requests: present({ num_accelerators, num_cpus, memory, copies }),
    limits: present({ memory: limit }),
    computeResourceRequirements: present({
      MinMemoryRequiredInMb: memory,
      MaxMemoryRequiredInMb: limit,
      NumberOfAcceleratorDevicesRequired: num_accelerators,
      NumberOfCpuCoresRequired: num_cpus,
    }),
  };
}

/** The very inputs that a deployment of ours would send. */
function requests(hosting: JumpStartHosting, found: FoundDocument, row: GoldenRow): unknown {
  if (hosting.imageUri === undefined && found.kind !== 'proprietary') return { error: 'refused', message: 'no image' };
  const acceptEula = hosting.isGated || hosting.eula !== undefined;
  const artefacts = { pinnedAs: '', ...servingArtefacts(hosting, referenceArn(found)) };
  const { modelPackageArn, environment } = artefacts;
  const model: Exclude<DeployedModel, { kind: 'existing' }> =
    modelPackageArn !== undefined
      ? { kind: 'package', modelPackageArn, environment }
      : { kind: 'artefacts', artefacts: hosting.needsRepacking ? repacked(artefacts, row.region) : artefacts };
  const context = { roleArn: '', aws: undefined, tags: hosting.tags };
  const {
    ExecutionRoleArn: _role,
    ModelName: _name,
    ...created
  } = createModelInput('m', model, acceptEula, context, artefacts.networkIsolation);
  const plan: DeploymentPlan = {
    model,
    instanceType: hosting.instanceType,
    serverless: undefined,
    component: undefined,
    instanceCount: 1,
    acceptEula,
    startupTimeoutS: hosting.startupTimeoutS,
    downloadTimeoutS: hosting.downloadTimeoutS,
    volumeGb: hosting.volumeGb,
    amiVersion: hosting.amiVersion,
    routing: undefined,
    networkIsolation: hosting.networkIsolation,
    tags: hosting.tags,
    payload: undefined,
    notices: [],
    async: undefined,
    pinnedAs: '',
  };
  const { ProductionVariants } = createEndpointConfigInput('c', 'm', plan, context);
  return {
    CreateModel: created,
    ProductionVariants: ProductionVariants?.map(({ ModelName: _model, ...variant }) => variant),
    EndpointTags: hosting.tags,
  };
}

/** What AWS's SDK makes of a model whose script it packs in; assay refuses such a model. */
function repacked<T extends { readonly environment: Readonly<Record<string, string>> }>(
  artefacts: T,
  region: string,
): T {
  return {
    ...artefacts,
    modelData: { uri: REPACKED, isPrefix: false, compression: 'Gzip' },
    environment: {
      ...artefacts.environment,
      SAGEMAKER_PROGRAM: 'inference.py',
      SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code',
      SAGEMAKER_CONTAINER_LOG_LEVEL: '20',
      SAGEMAKER_REGION: region,
    },
  };
}
