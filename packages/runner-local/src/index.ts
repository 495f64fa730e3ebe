export {
  type Classifier,
  type ClassifierOptions,
  createClassifier,
  type ZeroShotOptions,
} from './classifiers/classifier.ts';
export type { ClassifierInfo } from './classifiers/classifier-info.ts';
export { createClassifierRunner } from './classifiers/classifier-runner.ts';
export { createEncoder, type Encoder, type EncoderOptions, type TokenEmbeddings } from './encoders/encoder.ts';
export type { EncoderInfo } from './encoders/encoder-model.ts';
export { createEncoderRunner } from './encoders/encoder-runner.ts';
export {
  describeLocalHelper,
  type LocalHelperKind,
  type LocalHelperOptions,
  openLocalHelper,
} from './helpers/local-helper.ts';
export type { HubFile } from './hub/hub-files.ts';
export { type LookUpModelOptions, lookUpModel, type ModelPlace } from './hub/look-up-model.ts';
export { type PulledModel, type PullHooks, type PullModelOptions, pullModel } from './hub/pull-model.ts';
export { removeModel } from './hub/remove-model.ts';
export type { Batching } from './layouts/causal-model.ts';
export { idWithPrecision, type Precision } from './layouts/fast-graph.ts';
export { listPrepacked, type PrepackedModel, prunePrepacked } from './layouts/prepacked-models.ts';
export { createLocalRunner, type LocalRunner, type LocalRunnerOptions } from './local-runner.ts';
export { EMBEDDED_MODELS, type EmbeddedModel, embeddedModelsFolders, modelPackage } from './models/embedded-models.ts';
export { type ListedModel, listModels, type ModelDetails, showModel } from './models/list-models.ts';
export { modelBytes } from './models/model-bytes.ts';
export type { ModelKind } from './models/model-kind.ts';
export { DTYPES, type Dtype } from './models/number-formats.ts';
export { type PreparedModel, type PrepareModelOptions, prepareModel } from './models/prepare-model.ts';
export { type FoundModel, knownModelNames, type ResolveModelOptions, resolveModel } from './models/resolve-model.ts';
export { type ModelVerification, type VerifyModelOptions, verifyModel } from './models/verify-model.ts';
export {
  type DescribedLocalModel,
  describeLocalModel,
  type OpenLocalModelOptions,
  openLocalModel,
  prepareOrPull,
} from './open-local-model.ts';
export { DEVICES, type Device } from './runtime/device.ts';
export { integerUnits } from './runtime/integer-units.ts';
export { type Backend, listBackends } from './runtime/list-backends.ts';
