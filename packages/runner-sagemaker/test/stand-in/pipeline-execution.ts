export type Json = Readonly<Record<string, unknown>>;

export interface Step {
  readonly Name: string;
  readonly Type: string;
  readonly Arguments: Json;
  readonly DependsOn?: readonly (string | { readonly Step: string; readonly Trigger: string })[];
  readonly PropertyFiles?: readonly { readonly PropertyFileName: string; readonly FilePath: string }[];
  readonly RetryPolicies?: readonly {
    readonly ExceptionType: readonly string[];
    readonly IntervalSeconds: number;
    readonly MaxAttempts?: number;
  }[];
}

export interface StepRecord {
  status: string;
  failure: string | undefined;
  startedAt: number | undefined;
  endedAt: number | undefined;
  attempts: number;
}

export interface Execution {
  readonly arn: string;
  readonly id: string;
  readonly pipeline: string;
  readonly parameters: Map<string, unknown>;
  readonly steps: readonly Step[];
  readonly records: Map<string, StepRecord>;
  /** Arguments of steps that ran, as resolved. */
  readonly resolved: Map<string, Json>;
  status: string;
  isStopping: boolean;
}
