/**
 * A pipeline definition as SageMaker reads it, version 2020-12-01; the shapes are those that the Python SDK emits, since
 * the published JSON Schema lags behind the service.
 * @see https://aws-sagemaker-mlops.github.io/sagemaker-model-building-pipeline-definition-JSON-schema/
 */
export interface PipelineDefinition {
  readonly Version: '2020-12-01';
  readonly Metadata: Readonly<Record<string, string>>;
  readonly Parameters: readonly DefinitionParameter[];
  readonly PipelineExperimentConfig: { readonly ExperimentName: Value; readonly TrialName: Value };
  readonly Steps: readonly DefinitionStep[];
}

export interface DefinitionParameter {
  readonly Name: string;
  readonly Type: 'String' | 'Integer' | 'Float' | 'Boolean';
  /** Without it every start must give a value. */
  readonly DefaultValue?: string | number | boolean;
}

/** A plain value, or a reference that is resolved when the pipeline runs. */
export type Value = string | number | boolean | Reference;
export type Reference =
  | { readonly Get: string }
  | { readonly 'Std:Join': { readonly On: string; readonly Values: readonly Value[] } }
  | { readonly 'Std:JsonGet': { readonly PropertyFile: { readonly Get: string }; readonly Path: string } };

export interface DefinitionStep {
  readonly Name: string;
  readonly Type: 'Processing' | 'Training' | 'Condition' | 'Fail' | 'RegisterModel';
  readonly DisplayName?: string;
  readonly Description?: string;
  readonly Arguments: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly (string | { readonly Step: string; readonly Trigger: 'Any' })[];
  readonly RetryPolicies?: readonly Readonly<Record<string, unknown>>[];
  readonly CacheConfig?: { readonly Enabled: boolean; readonly ExpireAfter: string };
  readonly PropertyFiles?: readonly {
    readonly PropertyFileName: string;
    readonly OutputName: string;
    readonly FilePath: string;
  }[];
}

export const get = (path: string): Reference => ({ Get: path });
export const parameter = (name: string): Reference => get(`Parameters.${name}`);
export const EXECUTION_ID: Reference = get('Execution.PipelineExecutionId');

/** `s3://bucket/part/part` of values and references. */
export function s3Uri(bucket: Value, ...parts: readonly Value[]): Value {
  const values = ['s3:/', bucket, ...parts.filter((part) => part !== '')];
  return values.every((value) => typeof value === 'string')
    ? values.join('/')
    : { 'Std:Join': { On: '/', Values: values } };
}
