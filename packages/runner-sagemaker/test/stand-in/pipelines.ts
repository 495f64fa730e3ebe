import type { Clock } from '@assay/core';
import { ACCOUNT } from './control-plane.ts';
import { type ObjectStore, splitUri } from './object-store.ts';
import type { Execution, Json, Step, StepRecord } from './pipeline-execution.ts';
import { describeJob, jobOf } from './pipeline-jobs.ts';
import { type JobInstance, LostContainer, type RunJob } from './processing-job.ts';
import { readDefinition, refuseInvalidJob } from './refuse-invalid.ts';
import { resolveReferences } from './resolve-references.ts';
import { validationException } from './wire-error.ts';

/** SageMaker Pipelines: a started execution really runs its steps by the definition. */
export class Pipelines {
  readonly #clock: Clock;
  readonly #store: ObjectStore;
  readonly #definitions = new Map<string, { definition: Json; updates: number }>();
  readonly #executions = new Map<string, Execution>();
  readonly #runs = new Set<Promise<void>>();
  /** Who waits for the next change. */
  #waiting: (() => void)[] = [];
  #started = 0;
  /** What stands for containers. */
  runJob: RunJob = async () => new Map();

  constructor(clock: Clock, store: ObjectStore) {
    this.#clock = clock;
    this.#store = store;
  }

  readonly operations: Readonly<Record<string, (input: Json) => unknown>> = {
    CreatePipeline: (input) => this.#create(input),
    UpdatePipeline: (input) => this.#update(input),
    ListPipelines: () => ({
      PipelineSummaries: [...this.#definitions.keys()].map((PipelineName) => ({ PipelineName })),
    }),
    StartPipelineExecution: (input) => this.#start(input),
    DescribePipelineExecution: (input) => this.#describe(input),
    ListPipelineExecutionSteps: (input) => this.#listSteps(input),
    StopPipelineExecution: (input) => this.#stop(input),
    RetryPipelineExecution: (input) => this.#retry(input),
    DescribeProcessingJob: ({ ProcessingJobName }) =>
      describeJob(this.#executions.values(), this.#clock.now(), String(ProcessingJobName), 'Processing'),
    DescribeTrainingJob: ({ TrainingJobName }) =>
      describeJob(this.#executions.values(), this.#clock.now(), String(TrainingJobName), 'Training'),
  };

  /** Resolves when no execution is under way. */
  async settled(): Promise<void> {
    while (this.#runs.size > 0) await Promise.all(this.#runs);
  }

  /** Resolves when a step began or ended, or an execution ended; at once where none is under way. */
  changed(): Promise<void> {
    if (this.#runs.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #tell(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  updatesOf(pipeline: string): number {
    return this.#definitions.get(pipeline)?.updates ?? 0;
  }

  #create(input: Json): unknown {
    const name = String(input.PipelineName);
    if (this.#definitions.has(name))
      throw validationException(
        `Pipeline names must be unique within an AWS account and region. Pipeline with name (${name}) already exists.`,
      );
    this.#definitions.set(name, { definition: readDefinition(input), updates: 0 });
    return { PipelineArn: pipelineArn(name) };
  }

  #update(input: Json): unknown {
    const name = String(input.PipelineName);
    const found = this.#definitions.get(name);
    if (found === undefined) throw validationException(`Pipeline '${pipelineArn(name)}' does not exist.`);
    this.#definitions.set(name, {
      definition: readDefinition(input),
      updates: found.updates + 1,
    });
    return { PipelineArn: pipelineArn(name) };
  }

  #start(input: Json): unknown {
    const pipeline = String(input.PipelineName);
    const definition = this.#definitions.get(pipeline)?.definition;
    if (definition === undefined) throw validationException(`Pipeline '${pipelineArn(pipeline)}' does not exist.`);
    const given = new Map(
      ((input.PipelineParameters as { Name: string; Value: string }[] | undefined) ?? []).map(({ Name, Value }) => [
        Name,
        Value,
      ]),
    );
    const parameters = new Map<string, unknown>();
    for (const { Name, Type, DefaultValue } of definition.Parameters as {
      Name: string;
      Type: string;
      DefaultValue?: unknown;
    }[]) {
      const value = given.get(Name) ?? DefaultValue;
      if (value === undefined) throw validationException(`Parameter [${Name}] has no value`);
      given.delete(Name);
      parameters.set(Name, Type === 'Integer' || Type === 'Float' ? Number(value) : value);
    }
    if (given.size > 0) throw validationException(`Parameters [${[...given.keys()]}] are not declared`);
    const id = `exec${String(++this.#started).padStart(8, '0')}`;
    const execution: Execution = {
      arn: `${pipelineArn(pipeline)}/execution/${id}`,
      id,
      pipeline,
      parameters,
      steps: definition.Steps as Step[],
      records: new Map(),
      resolved: new Map(),
      status: 'Executing',
      isStopping: false,
    };
    this.#executions.set(execution.arn, execution);
    this.#begin(execution);
    return { PipelineExecutionArn: execution.arn };
  }

  /** Steps that succeeded stay as they are; those that failed or never started run with the execution's own id and parameters. */
  #retry(input: Json): unknown {
    const execution = this.#execution(input);
    if (!['Failed', 'Stopped', 'CompletedWithFailures'].includes(execution.status))
      throw validationException(
        `Pipeline execution with status '${execution.status}' cannot be retried; it must be Failed or Stopped.`,
      );
    for (const [name, { status }] of execution.records) if (status !== 'Succeeded') execution.records.delete(name);
    execution.status = 'Executing';
    execution.isStopping = false;
    this.#begin(execution);
    return { PipelineExecutionArn: execution.arn };
  }

  #begin(execution: Execution): void {
    const run = this.#run(execution).finally(() => {
      this.#runs.delete(run);
      this.#tell();
    });
    this.#runs.add(run);
  }

  async #run(execution: Execution): Promise<void> {
    await this.#runSteps(execution, execution.steps);
    const records = [...execution.records.values()];
    const failed = records.filter(({ status }) => status === 'Failed');
    const wasHandled = failed.length > 0 && execution.steps.some((step) => this.#ranOnFailure(execution, step));
    execution.status = execution.isStopping
      ? 'Stopped'
      : failed.length === 0
        ? 'Succeeded'
        : wasHandled
          ? 'CompletedWithFailures'
          : 'Failed';
  }

  #ranOnFailure({ records }: Execution, { Name, DependsOn = [] }: Step): boolean {
    return (
      records.has(Name) &&
      DependsOn.some((need) => typeof need !== 'string' && records.get(need.Step)?.status === 'Failed')
    );
  }

  /** Starts what is ready until nothing more becomes ready. */
  async #runSteps(execution: Execution, steps: readonly Step[]): Promise<void> {
    const waiting = new Set(steps.filter(({ Name }) => !execution.records.has(Name)));
    const underWay = new Set<Promise<void>>();
    for (;;) {
      for (const step of waiting) {
        if (execution.isStopping || !isReady(execution, step)) continue;
        waiting.delete(step);
        const run = this.#runStep(execution, step).finally(() => underWay.delete(run));
        underWay.add(run);
      }
      if (underWay.size === 0) return;
      await Promise.race(underWay);
    }
  }

  async #runStep(execution: Execution, step: Step): Promise<void> {
    const record: StepRecord = {
      status: 'Executing',
      failure: undefined,
      startedAt: this.#clock.now(),
      endedAt: undefined,
      attempts: 1,
    };
    execution.records.set(step.Name, record);
    this.#tell();
    try {
      if (step.Type === 'Processing') await this.#processWithRetries(execution, step, record);
      else if (step.Type === 'Training') this.#train(execution, step);
      else if (step.Type === 'Fail') throw new Error(String(this.#resolve(step.Arguments.ErrorMessage, execution)));
      else if (step.Type === 'Condition') {
        const { Conditions, IfSteps, ElseSteps } = step.Arguments as {
          Conditions: Json[];
          IfSteps: Step[];
          ElseSteps: Step[];
        };
        const isTrue = Conditions.every((condition) => this.#isTrue(condition, execution));
        await this.#runSteps(execution, isTrue ? IfSteps : ElseSteps);
      } else throw new Error(`the stand-in runs no ${step.Type} steps`);
      record.status = 'Succeeded';
    } catch (thrown) {
      record.status = 'Failed';
      record.failure = (thrown as Error).message;
    }
    record.endedAt = this.#clock.now();
    this.#tell();
  }

  #isTrue(condition: Json, execution: Execution): boolean {
    const left = this.#resolve(condition.LeftValue, execution);
    const right = this.#resolve(condition.RightValue, execution);
    if (condition.Type === 'Equals') return left === right;
    if (condition.Type === 'GreaterThanOrEqualTo') return Number(left) >= Number(right);
    if (condition.Type === 'LessThanOrEqualTo') return Number(left) <= Number(right);
    throw new Error(`the stand-in knows no condition ${condition.Type}`);
  }

  async #processWithRetries(execution: Execution, step: Step, record: StepRecord): Promise<void> {
    const policy = step.RetryPolicies?.find(({ ExceptionType }) => ExceptionType.includes(INTERNAL_ERROR));
    for (;;) {
      try {
        return await this.#process(execution, step);
      } catch (thrown) {
        if (!(thrown instanceof LostContainer) || execution.isStopping) throw thrown;
        if (record.attempts > (policy?.MaxAttempts ?? 0)) throw thrown;
        record.attempts += 1;
        await this.#clock.sleep(policy!.IntervalSeconds * 1000);
      }
    }
  }

  async #process(execution: Execution, step: Step): Promise<void> {
    const given = this.#resolve(step.Arguments, execution) as {
      readonly ProcessingResources: { readonly ClusterConfig: { readonly InstanceCount: number } };
      readonly AppSpecification: { readonly ContainerEntrypoint: string[]; readonly ContainerArguments: string[] };
      readonly Environment: Record<string, string>;
      readonly ProcessingInputs: {
        InputName: string;
        S3Input: { S3Uri: string; LocalPath: string; S3DataDistributionType: string };
      }[];
      readonly ProcessingOutputConfig?: {
        readonly Outputs: {
          OutputName: string;
          S3Output: { S3Uri: string; LocalPath: string; S3UploadMode: string };
        }[];
      };
    };
    refuseInvalidJob('Processing', given);
    execution.resolved.set(step.Name, given as unknown as Json);
    const instances = given.ProcessingResources.ClusterConfig.InstanceCount;
    const {
      S3Uri: output,
      LocalPath: outputPath,
      S3UploadMode: mode,
    } = given.ProcessingOutputConfig?.Outputs[0]?.S3Output ?? {};
    const upload = (left: ReadonlyMap<string, Buffer>): void => {
      if (output !== undefined) for (const [path, body] of left) this.#store.put(`${output}/${path}`, body);
    };
    const runs = Array.from({ length: instances }, async (_, instance) => {
      const inputs: Record<string, ReadonlyMap<string, Buffer>> = {};
      const inputPaths: Record<string, string> = {};
      for (const { InputName, S3Input } of given.ProcessingInputs) {
        const files = this.#below(S3Input.S3Uri);
        // A job whose input prefix holds nothing fails before it starts.
        if (files.length === 0) throw new Error(`ClientError: No S3 objects found under ${S3Input.S3Uri}`);
        inputPaths[InputName] = S3Input.LocalPath;
        const isSharded = S3Input.S3DataDistributionType === 'ShardedByS3Key';
        inputs[InputName] = new Map(files.filter((__, i) => !isSharded || i % instances === instance));
      }
      const job: JobInstance = {
        step: step.Name,
        entrypoint: given.AppSpecification.ContainerEntrypoint,
        arguments: given.AppSpecification.ContainerArguments.map(String),
        environment: given.Environment,
        instance,
        instances,
        inputs,
        inputPaths,
        outputPath,
      };
      try {
        upload(await this.runJob(job));
      } catch (thrown) {
        if (thrown instanceof LostContainer && mode === 'Continuous') upload(thrown.left);
        throw thrown;
      }
    });
    const failed = (await Promise.allSettled(runs)).find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  #train(execution: Execution, step: Step): void {
    const given = this.#resolve(step.Arguments, execution) as Json & { OutputDataConfig: { S3OutputPath: string } };
    refuseInvalidJob('Training', given);
    const artefact = `${given.OutputDataConfig.S3OutputPath}/model.tar.gz`;
    this.#store.put(artefact, 'weights');
    execution.resolved.set(step.Name, { ...given, ModelArtifacts: { S3ModelArtifacts: artefact } });
  }

  #below(uri: string): [string, Buffer][] {
    const [bucket, prefix] = splitUri(uri);
    const one = this.#store.get(uri);
    if (one !== undefined && !prefix.endsWith('/')) return [[prefix.slice(prefix.lastIndexOf('/') + 1), one]];
    const root = prefix.endsWith('/') ? prefix : `${prefix}/`;
    return this.#store
      .keys(bucket)
      .filter((key) => key.startsWith(root))
      .map((key) => [key.slice(root.length), this.#store.get(`s3://${bucket}/${key}`)!]);
  }

  #resolve(value: unknown, execution: Execution): unknown {
    return resolveReferences(value, execution, this.#store);
  }

  #describe(input: Json): unknown {
    const { status, records, arn } = this.#execution(input);
    const failure = [...records].find(([, { status: ended }]) => ended === 'Failed');
    return {
      PipelineExecutionArn: arn,
      PipelineExecutionStatus: status,
      ...(status === 'Failed' ? { FailureReason: `Step failure: One or multiple steps failed (${failure?.[0]})` } : {}),
    };
  }

  #listSteps(input: Json): unknown {
    const execution = this.#execution(input);
    const all = [...execution.records].map(([StepName, { status, failure, startedAt, endedAt, attempts }]) => ({
      StepName,
      StepStatus: status,
      AttemptCount: attempts,
      ...(startedAt === undefined ? {} : { StartTime: startedAt / 1000 }),
      ...(endedAt === undefined ? {} : { EndTime: endedAt / 1000 }),
      ...(failure === undefined ? {} : { FailureReason: failure }),
      Metadata: jobOf(execution, StepName),
    }));
    // Small pages, whatever is asked for.
    const from = Number(input.NextToken ?? 0);
    const next = from + 3 < all.length ? { NextToken: String(from + 3) } : {};
    return { PipelineExecutionSteps: all.slice(from, from + 3), ...next };
  }

  #stop(input: Json): unknown {
    const execution = this.#execution(input);
    execution.isStopping = true;
    if (execution.status === 'Executing') execution.status = 'Stopping';
    return { PipelineExecutionArn: execution.arn };
  }

  #execution({ PipelineExecutionArn }: Json): Execution {
    const found = this.#executions.get(String(PipelineExecutionArn));
    if (found === undefined) throw validationException(`Pipeline execution '${PipelineExecutionArn}' does not exist.`);
    return found;
  }
}

/** What a retry policy calls the fault of a LostContainer. */
const INTERNAL_ERROR = 'SageMaker.JOB_INTERNAL_ERROR';

const pipelineArn = (name: string): string => `arn:aws:sagemaker:us-east-1:${ACCOUNT}:pipeline/${name.toLowerCase()}`;

/** DependsOn, and every step that the arguments refer to. */
function isReady({ records }: Execution, step: Step): boolean {
  const explicit = (step.DependsOn ?? []).map((need) =>
    typeof need === 'string' ? { name: need, ended: false } : { name: need.Step, ended: need.Trigger === 'Any' },
  );
  const { IfSteps: _, ElseSteps: __, ...own } = step.Arguments;
  const implicit = [...JSON.stringify(own).matchAll(/"Get":"Steps\.([^."]+)\./g)].map(([, name]) => ({
    name: name!,
    ended: false,
  }));
  return [...explicit, ...implicit].every(({ name, ended }) => {
    const status = records.get(name)?.status;
    return status === 'Succeeded' || (ended && status === 'Failed');
  });
}
