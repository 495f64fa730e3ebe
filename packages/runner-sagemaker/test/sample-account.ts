import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildPipeline,
  loadConfig,
  type PipelineGraph,
  planRun,
  type RunFolder,
  requireValid,
  resolveRunners,
  type ValidConfig,
} from '@assay/core';
import { AwsConnection, type AwsSettings } from '../src/aws/aws-connection.ts';
import { S3Bucket } from '../src/aws/s3-bucket.ts';
import { renderPipeline } from '../src/pipeline/render-pipeline.ts';
import type { RenderSettings } from '../src/pipeline/render-settings.ts';
import { stageInputs } from '../src/pipeline/stage-inputs.ts';
import { type StartOptions, startPipeline } from '../src/pipeline/start-pipeline.ts';
import { type WatchedExecution, watchPipeline } from '../src/pipeline/watch-pipeline.ts';
import { type InProcessSteps, runStepHere } from './in-process-steps.ts';
import { publishModels, SAMPLE_MODELS } from './jumpstart-documents.ts';
import { type StandIn, startStandIn } from './stand-in/stand-in.ts';
import { watchingClock } from './watching-clock.ts';

export const ROLE = 'arn:aws:iam::123456789012:role/Exec';
/** Access key of the execution role, which the steps have. */
export const ROLE_KEY = 'ASIAEXECUTIONROLE';
export const SETTINGS: RenderSettings = {
  bucket: 'bkt',
  roleArn: ROLE,
  imageUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/assay:1',
  training: { 'llama2-7b-finetuned': { imageUri: 'train:1' } },
};
const TUNED = 'llm-eval-meta-textgeneration-llama-2-7b-finetuned';

/** An account on the stand-in on which the configs of the AWS sample run, their steps in this process. */
export class SampleAccount {
  readonly aws: StandIn;
  readonly folder: string;
  readonly connection: AwsConnection;
  /** What happens to containers. */
  trouble: Pick<InProcessSteps, 'die' | 'lose'> = {};
  readonly #unclosed: (() => Promise<void>)[] = [];

  private constructor(aws: StandIn, folder: string) {
    this.aws = aws;
    this.folder = folder;
    this.connection = new AwsConnection(this.settings);
    aws.pipelines.runJob = (job) =>
      runStepHere(job, {
        folder,
        settings: { ...this.settings, credentials: { accessKeyId: ROLE_KEY, secretAccessKey: 'b' } },
        clock: aws.clock,
        roleArn: ROLE,
        unclosed: this.#unclosed,
        ...this.trouble,
      });
  }

  static async open(): Promise<SampleAccount> {
    const aws = await startStandIn();
    aws.store.createBucket('bkt');
    publishModels(aws.store, SAMPLE_MODELS);
    return new SampleAccount(aws, await mkdtemp(join(tmpdir(), 'assay-execute-')));
  }

  get settings(): AwsSettings {
    return {
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      endpoint: this.aws.url,
    };
  }

  get store(): S3Bucket {
    return new S3Bucket(this.connection, 'bkt', this.aws.clock);
  }

  async close(): Promise<void> {
    this.aws.faults.add(() => true, { kind: 'access-denied' }, 10_000);
    // A step that is at work writes below the folder until it finds that it may nothing.
    await this.aws.pipelines.settled();
    for (const close of this.#unclosed) await close();
    await this.connection.close();
    await this.aws.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A config of the sample beside 23 questions of our own. @param more YAML put behind it */
  async project(name: string, more = ''): Promise<ValidConfig> {
    const source = new URL(`../../core/fixtures/aws-sample/${name}.yaml`, import.meta.url).pathname;
    const rows = Array.from({ length: 23 }, (_, i) => ({ question: `Question ${i}?`, answer: `${i}<OR>number ${i}` }));
    const data = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    await writeFile(join(this.folder, 'evaluation_dataset_trivia.jsonl'), data);
    const file = join(this.folder, 'evaluation_config.yaml');
    await writeFile(file, `${await readFile(source, 'utf8')}\n${more}\n`);
    return requireValid(await loadConfig(file));
  }

  /** Uploads and starts, as `assay pipeline start` does. @returns the execution's ARN */
  async start(
    config: ValidConfig,
    options: Partial<StartOptions> & { readonly baselines?: ReadonlyMap<string, RunFolder> } = {},
  ): Promise<string> {
    const graph = graphOf(config);
    const plan = await planRun(config, { openRunner: notHere, openHelper: notHere });
    const { name: datasetName, files } = plan.dataset;
    const { baselines, ...rest } = options;
    const prefix = `assay/${graph.name}`;
    const { inputs } = await stageInputs(this.store, prefix, config.text, { datasetName }, files, { baselines });
    return startPipeline(graph, renderPipeline(graph, SETTINGS), {
      connection: this.connection,
      roleArn: ROLE,
      clock: this.aws.clock,
      ...rest,
      parameters: { Inputs: inputs, ...rest.parameters },
    });
  }

  watch(arn: string): ReturnType<typeof watchPipeline> {
    return watchPipeline(this.connection, arn, { clock: watchingClock(this.aws) });
  }

  /** What stands on the account once everything has had its time to go. */
  async drained(): Promise<string[]> {
    await this.aws.clock.sleep(3_600_000);
    return this.aws.control.inventory();
  }

  /** Scores as they must be: every third answer of falcon is right, all of the others'. */
  serveModels(): void {
    const { runtime } = this.aws;
    const answer = (text: string, isRight: boolean): string =>
      isRight ? `The answer is ${/\d+/.exec(text)?.[0]}.` : 'no idea';
    const serve = (endpoint: string, shape: (text: string) => unknown, isRight: (n: number) => boolean): void =>
      runtime.serve(endpoint, ({ body }) => {
        const text = /Question (\d+)/.exec(body.toString())!;
        return { body: JSON.stringify([shape(answer(text[0], isRight(Number(text[1]))))]) };
      });
    const always = (): boolean => true;
    serve('llm-eval-meta-textgeneration-llama-2-7b', (generation) => ({ generation }), always);
    serve(TUNED, (generation) => ({ generation }), always);
    const dialog = (content: string) => ({ generation: { role: 'assistant', content } });
    serve('llm-eval-meta-textgeneration-llama-2-7b-f', dialog, always);
    serve(
      'llm-eval-huggingface-llm-falcon-7b-bf16',
      (generated_text) => ({ generated_text }),
      (n) => n % 3 === 0,
    );
  }
}

export const graphOf = (config: ValidConfig): PipelineGraph => buildPipeline(config.config, resolveRunners(config));

export const statuses = ({ steps }: WatchedExecution): Record<string, string> =>
  Object.fromEntries(steps.map(({ name, status }) => [name, status]));

async function notHere(): Promise<never> {
  throw new Error('not here');
}
