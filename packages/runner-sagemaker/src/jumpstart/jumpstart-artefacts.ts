import { AssayError } from '@assay/core';
import { payloadShape } from './default-payload.ts';
import { type DocumentUse, documentFlags } from './document-flags.ts';
import { FIRST_RANKED } from './inference-config.ts';
import type { DigestedDocument, JumpStartDocument } from './jumpstart-document.ts';
import { type JumpStartHosting, jumpStartHosting, referenceArn } from './jumpstart-hosting.ts';
import { GATED_MODEL_VARIABLE, jumpStartTraining } from './jumpstart-training.ts';
import type { ModelArtefacts, ModelRequest, TrainingSpec } from './model-source.ts';

/** What deploying needs of a document. @throws AssayError MODEL_NOT_FOUND for what cannot be deployed as it is */
export function hostingArtefacts(found: DigestedDocument, request: ModelRequest): ModelArtefacts {
  const hosting = jumpStartHosting(found, request);
  const { modelId, version, config, modelPackageArn, imageUri, instanceType } = hosting;
  const named = `${modelId} ${version}`;
  // AWS's SDK asks for an image even where a package brings its own: such an instance type was never tried.
  if (imageUri === undefined && found.kind !== 'proprietary')
    throw new AssayError(
      'MODEL_NOT_FOUND',
      `JumpStart’s ${named} has no image for ${instanceType} in ${found.region}`,
      {
        hint: `instance types that it supports: ${hosting.supportedInstanceTypes.join(', ') || 'none named'}`,
      },
    );
  if (modelPackageArn === undefined && hosting.needsRepacking)
    throw new AssayError(
      'MODEL_NOT_FOUND',
      `JumpStart’s ${named} has weights and script apart, which only AWS’s Python SDK packs together`,
      {
        hint: 'take a later model_version, or pack them yourself: sagemaker: { image_uri: …, model_data: s3://… }',
      },
    );
  const payload = payloadShape(hosting.document);
  return {
    pinnedAs: `${modelId}@${version}${config === undefined ? '' : `/${config}`}+${found.digest}`,
    ...servingArtefacts(hosting, referenceArn(found)),
    ...(hosting.defaultInstanceType === undefined ? {} : { defaultInstanceType: hosting.defaultInstanceType }),
    ...(payload === undefined ? {} : { payload }),
    tags: hosting.tags,
    notices: [
      ...configNotices(hosting, request),
      ...instanceNotices(hosting),
      ...notices(hosting.document, 'inference', named),
    ],
  };
}

/** The part of the artefacts that requests are made of. */
export function servingArtefacts(
  hosting: JumpStartHosting,
  hubContentArn: string | undefined,
): Omit<ModelArtefacts, 'pinnedAs'> {
  const { modelPackageArn, environment, startupTimeoutS, downloadTimeoutS, amiVersion, volumeGb, resources } = hosting;
  const deployed = definedOnly({ startupTimeoutS, downloadTimeoutS, amiVersion, volumeGb, resources });
  // A package says what is in it: no licence, no isolation, no hub.
  if (modelPackageArn !== undefined) return { modelPackageArn, environment, networkIsolation: false, ...deployed };
  const { modelUri: uri, imageUri, additionalSources } = hosting;
  const isArchive = uri?.endsWith('/') === false;
  const eula = hosting.eula ?? (hosting.isGated ? `the model’s page in JumpStart` : undefined);
  return {
    ...definedOnly({ imageUri, eula, hubContentArn }),
    environment,
    networkIsolation: hosting.networkIsolation,
    ...(uri === undefined
      ? {}
      : { modelData: { uri, isPrefix: !isArchive, compression: isArchive ? 'Gzip' : 'None' } }),
    ...(additionalSources.length === 0 ? {} : { additionalSources }),
    ...deployed,
  };
}

function configNotices(
  { modelId, config, defaultConfig, instanceType }: JumpStartHosting,
  request: ModelRequest,
): string[] {
  if (request.config !== undefined || config === defaultConfig) return [];
  return [
    `of the inference configs of ${modelId}, ${config} is taken: ${defaultConfig} does not support ${instanceType} (sagemaker.config: ${FIRST_RANKED} takes it all the same)`,
  ];
}

function instanceNotices({ modelId, instanceType, supportedInstanceTypes: supported }: JumpStartHosting): string[] {
  if (supported.length === 0 || supported.includes(instanceType)) return [];
  return [`AWS does not list ${instanceType} for ${modelId}; it lists ${supported.join(', ')}`];
}

function notices(document: JumpStartDocument, use: DocumentUse, named: string): string[] {
  const { deprecate_warn_message: warning, usage_info_message: info } = document;
  return [
    ...documentFlags(document, use, named).map(({ message }) => message),
    ...[warning, info].filter((text): text is string => typeof text === 'string' && text !== ''),
  ];
}

/** What fine-tuning needs of a document. @throws AssayError MODEL_NOT_FOUND */
export function trainingSpec(found: DigestedDocument, instanceType: string | undefined): TrainingSpec {
  const training = jumpStartTraining(found, instanceType);
  const named = `${training.modelId} ${training.version}`;
  const told = notices(training.document, 'training', named);
  const { imageUri, modelUri, scriptUri, eula, hubContentArn, encryptsTraffic, maxRunS, volumeGb } = training;
  if (imageUri === undefined)
    throw new AssayError(
      'MODEL_NOT_FOUND',
      `JumpStart’s ${named} has no training image for ${training.instanceType} in ${found.region}`,
      {
        hint: `instance types that it supports: ${training.supportedInstanceTypes.join(', ') || 'none named'}`,
      },
    );
  return {
    imageUri,
    hyperparameters: training.hyperparameters,
    hyperparameterSpecs: training.hyperparameterSpecs,
    environment: {
      ...training.environment,
      ...(training.packageUri === undefined ? {} : { [GATED_MODEL_VARIABLE]: training.packageUri }),
    },
    region: found.region,
    networkIsolation: training.networkIsolation,
    leavesUncompressed: training.leavesUncompressed,
    metrics: training.metrics,
    tags: training.tags,
    notices: told,
    ...definedOnly({
      modelUri: training.usesModelChannel || training.isOfPrivateHub ? modelUri : undefined,
      scriptUri,
      eula: eula ?? (training.isGated ? 'the model’s page in JumpStart' : undefined),
      hubContentArn,
      encryptsTraffic,
      maxRunS,
      volumeGb,
    }),
  };
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function definedOnly<T extends object>(members: T): Defined<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Defined<T>;
}
