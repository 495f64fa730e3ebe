/** What must be known to deploy a model, wherever it was found. */
export interface ModelArtefacts {
  /** `meta-textgeneration-llama-2-7b@3.0.0`, or what else pins the weights; part of the cache key. */
  readonly pinnedAs: string;
  readonly imageUri: string;
  /** `s3://…`; absent where the image or the environment brings the model. */
  readonly modelData?: { readonly uri: string; readonly isPrefix: boolean; readonly compression: 'None' | 'Gzip' };
  readonly environment: Readonly<Record<string, string>>;
  readonly defaultInstanceType?: string;
  /** Where the end-user licence stands, for models that have one to accept. */
  readonly eula?: string;
}

/** What must be known to fine-tune a model. */
export interface TrainingSpec {
  readonly imageUri: string;
  /** `s3://…`, the artefacts that training begins with. */
  readonly modelUri?: string;
  /** `s3://…`, an archive of the training script. */
  readonly scriptUri?: string;
  /** Defaults; the config's own win. */
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** Where the end-user licence stands, for models that have one to accept. */
  readonly eula?: string;
}

/** Where JumpStart ids are looked up: hub content, the public manifest, or a table in tests. */
export interface ModelSource {
  readonly name: string;
  /** Undefined when this source does not know the model. @param version `3.0.0`, `2.*` or `*` */
  find(modelId: string, version: string, instanceType: string | undefined): Promise<ModelArtefacts | undefined>;
  /** The same for training. @default nothing is known */
  findTraining?(modelId: string, version: string, instanceType: string | undefined): Promise<TrainingSpec | undefined>;
}
