export { createLocalRunner, type LocalRunnerOptions } from './local-runner.ts';
export { assayCacheFolder } from './models/cache-folder.ts';
export { EMBEDDED_MODELS, type EmbeddedModel, embeddedModelsFolder } from './models/embedded-models.ts';
export { listModels, type ModelDetails, type ModelSummary, showModel } from './models/list-models.ts';
export { modelDigest } from './models/model-digest.ts';
export type { ModelKind } from './models/model-kind.ts';
export { knownModelNames, type ResolvedModel, type ResolveModelOptions, resolveModel } from './models/resolve-model.ts';
export { type ModelVerification, type VerifyModelOptions, verifyModel } from './models/verify-model.ts';
