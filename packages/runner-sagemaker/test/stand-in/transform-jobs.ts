import type { Clock } from '@assay/core';
import type { Tag } from './control-checks.ts';
import { ACCOUNT, type ControlPlane } from './control-plane.ts';
import type { ObjectStore } from './object-store.ts';
import { splitUri } from './object-store.ts';
import { validationException, WireError } from './wire-error.ts';

type Json = Readonly<Record<string, unknown>>;

interface JobInput extends Json {
  readonly TransformJobName: string;
  readonly ModelName: string;
  readonly TransformInput: { readonly DataSource: { readonly S3DataSource: { readonly S3Uri: string } } };
  readonly TransformOutput: { readonly S3OutputPath: string };
  readonly Tags?: readonly Tag[];
}

interface Job {
  readonly input: JobInput;
  readonly createdAt: number;
  stoppedAt: number | undefined;
  /** Set once the job has run. */
  failure: string | undefined;
  isRun: boolean;
}

/** Batch Transform: a job reads its objects line by line and writes an output for each object none of whose lines fails. */
export class TransformJobs {
  readonly #clock: Clock;
  readonly #store: ObjectStore;
  readonly #control: ControlPlane;
  readonly #jobs = new Map<string, Job>();
  /** The container: answers one line; throws for a bad record. */
  answer: (line: string) => string = (line) => JSON.stringify([{ generated_text: `echo: ${JSON.parse(line).inputs}` }]);
  /** Why every job fails before it reads anything; undefined for none. */
  failure: string | undefined;
  /** How long a job runs, in milliseconds of the clock. */
  runMs = 300_000;

  constructor(clock: Clock, store: ObjectStore, control: ControlPlane) {
    this.#clock = clock;
    this.#store = store;
    this.#control = control;
  }

  readonly operations: Readonly<Record<string, (input: Json) => unknown>> = {
    CreateTransformJob: (input) => this.#create(input as JobInput),
    DescribeTransformJob: ({ TransformJobName }) => this.#describe(String(TransformJobName)),
    ListTransformJobs: (input) => this.#list(input),
    StopTransformJob: ({ TransformJobName }) => this.#stop(String(TransformJobName)),
  };

  get names(): readonly string[] {
    return [...this.#jobs.keys()];
  }

  inputOf(name: string): JobInput | undefined {
    return this.#jobs.get(name)?.input;
  }

  statusOf(name: string): string {
    const job = this.#find(name);
    const now = this.#clock.now();
    if (job.stoppedAt !== undefined) return now < job.stoppedAt + 30_000 ? 'Stopping' : 'Stopped';
    if (now < job.createdAt + this.runMs) return 'InProgress';
    this.#run(job);
    return job.failure === undefined ? 'Completed' : 'Failed';
  }

  /** Tags by ARN; undefined for what is no job. */
  tagsOf(arn: string): readonly Tag[] | undefined {
    const name = /:transform-job\/(.+)$/.exec(arn)?.[1];
    return name === undefined ? undefined : (this.#jobs.get(name)?.input.Tags ?? []);
  }

  #create(input: JobInput): unknown {
    const { TransformJobName: name, ModelName: model } = input;
    if (!/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/.test(name)) throw validationException(`not a job's name: ${name}`);
    if (this.#jobs.has(name))
      throw new WireError(
        400,
        'ResourceInUse',
        `Job name must be unique within an AWS account and region, and a job with this name already exists (${arnOf(name)})`,
      );
    if (this.#control.inputOf('model', model) === undefined)
      throw validationException(`Could not find model "arn:aws:sagemaker:us-east-1:${ACCOUNT}:model/${model}".`);
    this.#jobs.set(name, {
      input,
      createdAt: this.#clock.now(),
      stoppedAt: undefined,
      failure: undefined,
      isRun: false,
    });
    return { TransformJobArn: arnOf(name) };
  }

  #describe(name: string): unknown {
    const job = this.#find(name);
    const status = this.statusOf(name);
    return {
      ...job.input,
      TransformJobArn: arnOf(name),
      TransformJobStatus: status,
      ...(job.failure === undefined ? {} : { FailureReason: job.failure }),
      CreationTime: job.createdAt / 1000,
      TransformStartTime: job.createdAt / 1000,
      ...(status === 'InProgress' || status === 'Stopping'
        ? {}
        : { TransformEndTime: (job.stoppedAt ?? job.createdAt + this.runMs) / 1000 }),
    };
  }

  /** Small pages, whatever is asked for. */
  #list({ StatusEquals, NextToken }: Json): unknown {
    const all = this.names
      .filter((name) => StatusEquals === undefined || this.statusOf(name) === StatusEquals)
      .map((name) => ({
        TransformJobName: name,
        TransformJobArn: arnOf(name),
        TransformJobStatus: this.statusOf(name),
      }));
    const from = Number(NextToken ?? 0);
    return {
      TransformJobSummaries: all.slice(from, from + 2),
      ...(from + 2 < all.length ? { NextToken: String(from + 2) } : {}),
    };
  }

  #stop(name: string): unknown {
    const job = this.#find(name);
    const status = this.statusOf(name);
    if (status !== 'InProgress')
      throw validationException(`The request was rejected because the transform job is in status ${status}.`);
    job.stoppedAt = this.#clock.now();
    return undefined;
  }

  #run(job: Job): void {
    if (job.isRun) return;
    job.isRun = true;
    job.failure = this.failure;
    if (job.failure !== undefined) return;
    const { TransformInput, TransformOutput } = job.input;
    const [bucket, prefix] = splitUri(TransformInput.DataSource.S3DataSource.S3Uri);
    for (const key of this.#store.keys(bucket).filter((each) => each.startsWith(prefix))) {
      const lines = this.#store.get(`s3://${bucket}/${key}`)!.toString('utf8').split('\n').slice(0, -1);
      try {
        const output = lines.map((line) => `${this.answer(line)}\n`).join('');
        this.#store.put(`${TransformOutput.S3OutputPath}/${key.slice(prefix.length)}.out`, output);
      } catch (thrown) {
        job.failure = `ClientError: See job logs for more information (${(thrown as Error).message})`;
      }
    }
  }

  #find(name: string): Job {
    const found = this.#jobs.get(name);
    if (found === undefined) throw validationException(`Could not find requested job with name: ${name}`);
    return found;
  }
}

const arnOf = (name: string): string => `arn:aws:sagemaker:us-east-1:${ACCOUNT}:transform-job/${name}`;
