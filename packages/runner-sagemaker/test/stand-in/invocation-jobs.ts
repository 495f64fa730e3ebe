import {
  type VendorJob,
  VendorJobs,
  type VendorOptions,
  type VendorRequest,
} from '../../../core/test/batch/vendor-jobs.ts';
import { ACCOUNT } from './control-plane.ts';
import type { ObjectStore } from './object-store.ts';
import { validationException, WireError } from './wire-error.ts';

type Json = Readonly<Record<string, unknown>>;

interface Given {
  readonly jobName: string;
  readonly clientRequestToken?: string;
  readonly modelId: string;
  readonly modelInvocationType?: string;
  readonly inputDataConfig: { readonly s3InputDataConfig: { readonly s3Uri: string } };
  readonly outputDataConfig: { readonly s3OutputDataConfig: { readonly s3Uri: string } };
}

interface Kept {
  readonly given: Given;
  /** Why Bedrock's own validation refuses its records, which it finds only once the job is there. */
  readonly problem: string | undefined;
}

const STATUSES = {
  completed: 'Completed',
  errors: 'Completed',
  expired: 'PartiallyCompleted',
  cancelled: 'Stopped',
  failed: 'Failed',
} as const;

/**
 * Bedrock's batch inference: jobs over records in the store, whose output names each record.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference.html
 */
export class InvocationJobs extends VendorJobs {
  /** Fewest records of a job. */
  least = 100;
  readonly #store: ObjectStore;
  readonly #kept = new Map<string, Kept>();

  constructor(store: ObjectStore, options: VendorOptions) {
    super(options);
    this.#store = store;
  }

  handle(operation: string, target: string, query: URLSearchParams, body: Buffer): Json {
    if (operation === 'CreateModelInvocationJob') return this.#create(JSON.parse(body.toString('utf8')) as Given);
    if (operation === 'GetModelInvocationJob') return this.#get(target);
    if (operation === 'StopModelInvocationJob') return {};
    return this.#list(query.get('nameContains') ?? '', Number(query.get('nextToken') ?? 0));
  }

  #create(given: Given): Json {
    const { jobName, clientRequestToken: token } = given;
    for (const [id, kept] of this.#kept) {
      if (token !== undefined && kept.given.clientRequestToken === token) return { jobArn: arnOf(id) };
      if (kept.given.jobName === jobName) throw new WireError(400, 'ConflictException', `${jobName} is taken`);
    }
    const { s3Uri } = given.inputDataConfig.s3InputDataConfig;
    const text = this.#store.get(s3Uri)?.toString('utf8');
    if (text === undefined) throw validationException(`No object at ${s3Uri}`);
    const id = (this.jobs.length + 1).toString(36).padStart(12, '0');
    const { requests, problem } = this.#read(text);
    this.#kept.set(id, { given, problem });
    this.add(id, problem === undefined ? requests : []);
    return { jobArn: arnOf(id) };
  }

  #get(identifier: string): Json {
    const job = this.find(identifier.slice(identifier.lastIndexOf('/') + 1));
    const kept = job === undefined ? undefined : this.#kept.get(job.id);
    if (job === undefined || kept === undefined)
      throw new WireError(404, 'ResourceNotFoundException', `${identifier} is not there`);
    this.advance(job);
    if (job.outcomes !== undefined) this.#write(job, kept.given);
    return { ...this.#summary(job), ...kept.given, message: kept.problem ?? failureOf(job) };
  }

  /** Two a page, so that nobody reads the first alone. */
  #list(nameContains: string, from: number): Json {
    const all = this.listed().filter(({ id }) => this.#kept.get(id)!.given.jobName.includes(nameContains));
    const more = from + 2 < all.length ? { nextToken: String(from + 2) } : {};
    return { invocationJobSummaries: all.slice(from, from + 2).map((job) => this.#summary(job)), ...more };
  }

  #summary(job: VendorJob): Json {
    const { given, problem } = this.#kept.get(job.id)!;
    const ended = problem === undefined ? STATUSES[job.fate] : 'Failed';
    return {
      jobArn: arnOf(job.id),
      jobName: given.jobName,
      modelId: given.modelId,
      roleArn: 'arn:aws:iam::123456789012:role/Exec',
      status: job.outcomes === undefined ? 'InProgress' : ended,
      submitTime: new Date(job.createdAt).toISOString(),
      inputDataConfig: given.inputDataConfig,
      outputDataConfig: given.outputDataConfig,
    };
  }

  #read(text: string): { readonly requests: VendorRequest[]; readonly problem: string | undefined } {
    const lines = text.split('\n').filter((line) => line !== '');
    const records = lines.map((line) => JSON.parse(line) as { recordId: string; modelInput: Record<string, unknown> });
    const requests = records.map(({ recordId, modelInput }) => ({ customId: recordId, body: modelInput }));
    if (records.some(({ modelInput }) => typeof modelInput !== 'object'))
      return { requests, problem: 'a record has no modelInput' };
    if (lines.length < this.least || lines.length > 50_000)
      return { requests, problem: `${lines.length} records; a job takes ${this.least} to 50000` };
    return { requests, problem: undefined };
  }

  /** Outputs as Bedrock names them: below the job's id, after the file of records. Nothing of a failed job. */
  #write(job: VendorJob, { inputDataConfig, outputDataConfig, modelInvocationType }: Given): void {
    const { outcomes, requests, fate } = job;
    if (fate === 'failed' || requests.length === 0) return;
    const lines = requests.flatMap((request): Json[] => {
      const outcome = outcomes!.get(request.customId);
      const record = { recordId: request.customId, modelInput: request.body };
      if (outcome === 'succeeded') return [{ ...record, modelOutput: answer(request, modelInvocationType) }];
      if (outcome === 'errored')
        return [{ ...record, error: { errorCode: 400, errorMessage: 'a parameter is wrong' } }];
      return [];
    });
    const { s3Uri: input } = inputDataConfig.s3InputDataConfig;
    const folder = `${outputDataConfig.s3OutputDataConfig.s3Uri.replace(/\/$/, '')}/${job.id}`;
    // In another order than the records.
    const text = lines.reverse().map((line) => `${JSON.stringify(line)}\n`);
    this.#store.put(`${folder}/${input.slice(input.lastIndexOf('/') + 1)}.out`, text.join(''));
    this.#store.put(`${folder}/manifest.json.out`, JSON.stringify({ totalRecordCount: requests.length }));
  }
}

const arnOf = (id: string): string => `arn:aws:bedrock:us-east-1:${ACCOUNT}:model-invocation-job/${id}`;

const failureOf = ({ outcomes, fate }: VendorJob): string | undefined =>
  outcomes !== undefined && fate === 'failed' ? 'the role cannot read the records' : undefined;

/** The last words that a request says, answered in the API's form. */
function answer({ body }: VendorRequest, type: string | undefined): Json {
  const usage = { inputTokens: 5, outputTokens: 2, totalTokens: 7 };
  if (type !== 'Converse') return { completion: `echo: ${String(body.prompt)}`, stop_reason: 'stop' };
  const messages = body.messages as readonly { readonly content: readonly { readonly text: string }[] }[];
  const text = messages.at(-1)?.content[0]?.text ?? '';
  const stopReason = text.includes('unsafe') ? 'guardrail_intervened' : 'end_turn';
  return { output: { message: { role: 'assistant', content: [{ text: `echo: ${text}` }] } }, stopReason, usage };
}
