import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { STEP_RESULTS_VARIABLE, type Summary } from '@assay/core';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { languageModel, publishModels } from '../../../runner-sagemaker/test/jumpstart-documents.ts';
import { LostContainer } from '../../../runner-sagemaker/test/stand-in/processing-job.ts';
import { type StandIn, startStandIn } from '../../../runner-sagemaker/test/stand-in/stand-in.ts';
import { assay } from '../assay.ts';
import { filesBelow } from '../run-container.ts';
import type { Ended } from './run-in-root.ts';
import { ACCESS_KEY, openFolder, SageMakerHost, type SageMakerHostOptions } from './sagemaker-host.ts';

const { steps: image } = inject('images');
const PLACE = [
  ...['--bucket', 'bkt', '--role-arn', 'arn:aws:iam::123456789012:role/Exec'],
  ...['--image-uri', '123456789012.dkr.ecr.us-east-1.amazonaws.com/assay:1'],
];
const ROWS = 12;

let aws: StandIn;
let folder: string;
let env: NodeJS.ProcessEnv;
let host: SageMakerHost;

beforeEach(async () => {
  folder = await openFolder(tmpdir());
  aws = await startStandIn({ createMs: 0 });
  aws.store.createBucket('bkt');
  publishModels(aws.store, [languageModel('some-model', '1.2.0')]);
  env = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_CONFIG_FILE: '/dev/null',
  };
  const rows = Array.from({ length: ROWS }, (_, i) => ({ q: `Question ${i}?`, a: `word${i}` }));
  await writeFile(join(folder, 'data.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
});
afterEach(async () => {
  await host?.close();
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});

async function openHost(options: Partial<SageMakerHostOptions> = {}): Promise<void> {
  host = await SageMakerHost.open({ image: image!, folder, awsUrl: aws.url, ...options });
  aws.pipelines.runJob = host.runJob;
}

async function writeConfig(model: string, more = ''): Promise<void> {
  await writeFile(
    join(folder, 'c.yaml'),
    `pipeline: { name: in-the-image }
dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }
models: [${model}]
algorithms: [{ algorithm: factual_knowledge }]
${more}
`,
  );
}

const ENDPOINT = `{ name: m, model_id: some-model, endpoint_name: mine, deployment_config: { instance_type: ml.g5.2xlarge },
  evaluation_config: { output: '[0].generated_text', content_template: PROMPT_PLACEHOLDER } }`;

/** Starts the pipeline from this machine, and waits for its end. @returns its ARN and status */
async function execute(): Promise<{ arn: string; status: string }> {
  const { code, stdout, stderr } = await assay(['pipeline', 'start', 'c.yaml', ...PLACE], folder, env);
  expect(code, stderr).toBe(0);
  const arn = stdout.trim();
  for (;;) {
    const found = aws.pipelines.operations.DescribePipelineExecution!({ PipelineExecutionArn: arn });
    const { PipelineExecutionStatus: status } = found as { PipelineExecutionStatus: string };
    if (status !== 'Executing') return { arn, status };
    await aws.clock.sleep(60_000);
    await sleep(20);
  }
}

async function summaryOf(arn: string): Promise<Summary> {
  const { code, stdout, stderr } = await assay(['pipeline', 'results', 'c.yaml', arn, '--bucket', 'bkt'], folder, env);
  expect(code, stderr).toBe(0);
  return JSON.parse(await readFile(join(stdout.trim(), 'summary.json'), 'utf8'));
}

describe.skipIf(image === undefined)('the image of the steps', () => {
  test('runs a pipeline to a registered model, with credentials from their address and no rights', async () => {
    const ended = new Map<string, Ended>();
    await openHost({ onEnd: (job, end) => ended.set(`${job.step}/${job.instance}`, end) });
    await writeConfig(
      ENDPOINT,
      'sharding: { shards: 3, instances: 2 }\nmodel_registry: { model_package_group_name: Best }',
    );
    aws.runtime.serve('mine', ({ body }) => {
      const n = Number(/Question (\d+)/.exec(body.toString())![1]);
      return { body: JSON.stringify([{ generated_text: n % 4 === 0 ? 'no idea' : `It is word${n}.` }]) };
    });
    const { arn, status } = await execute();
    expect(status, [...ended].map(([step, { code, stderr }]) => `${step} ${code} ${stderr}`).join('\n')).toBe(
      'Succeeded',
    );
    expect([...ended.keys()].sort()).toContain('evaluate-m/1');
    for (const [step, { stderr }] of ended)
      if (step.startsWith('evaluate')) expect(stderr).toContain(`on algo-${Number(step.at(-1)) + 1}, one of 2`);
    expect(host.credentialRequests.length).toBeGreaterThan(0);
    const fromInside = aws.calls.filter(({ headers }) => String(headers.authorization).includes(ACCESS_KEY));
    expect(new Set(fromInside.map(({ operation }) => operation))).toContain('CreateModelPackage');
    expect(fromInside.filter(({ operation }) => operation === 'InvokeEndpoint')).toHaveLength(ROWS);
    expect(aws.control.modelPackages.size).toBe(1);
    const [score] = (await summaryOf(arn)).scores.filter((each) => each.score === 'factual_knowledge');
    expect([score?.n, score?.value]).toEqual([ROWS, 9 / 12]);
  });

  test('saves what is answered at SIGTERM, ends with 130 in time, and is continued without asking it again', async () => {
    const asked = new Map<number, number>();
    let isStopped = false;
    let stopped: Ended | undefined;
    const QUICK = 5;
    aws.runtime.serve('mine', async ({ body }) => {
      const n = Number(/Question (\d+)/.exec(body.toString())![1]);
      asked.set(n, (asked.get(n) ?? 0) + 1);
      while (n >= QUICK && !isStopped) await sleep(20);
      return { body: JSON.stringify([{ generated_text: `word${n}` }]) };
    });
    await writeConfig(ENDPOINT);
    await openHost({
      onStart: (job, container, output) => {
        if (job.step === 'evaluate-m' && stopped === undefined) void stopAt(QUICK, output, container);
      },
      onEnd: (job, ended, left) => {
        if (job.step !== 'evaluate-m' || isStopped) return;
        isStopped = true;
        stopped = ended;
        throw new LostContainer(left);
      },
    });
    const { arn, status } = await execute();
    expect(status).toBe('Succeeded');
    expect([stopped?.code, stopped?.signal], stopped?.stderr).toEqual([130, null]);
    for (let n = 0; n < QUICK; n++) expect(asked.get(n), `Question ${n}`).toBe(1);
    const [score] = (await summaryOf(arn)).scores.filter((each) => each.score === 'factual_knowledge');
    expect([score?.n, score?.value]).toEqual([ROWS, 1]);
  });

  test('evaluates an embedded model in network isolation', async () => {
    const said: string[] = [];
    await openHost({ awsUrl: undefined, onEnd: (job, { stderr }) => said.push(`${job.step}: ${stderr}`) });
    // What an earlier try uploaded is the one thing that a step of a local model would fetch.
    aws.pipelines.runJob = ({ environment: { [STEP_RESULTS_VARIABLE]: _, ...environment }, ...job }) =>
      host.runJob({ ...job, environment });
    await writeConfig('{ name: small, local: { model: SmolLM2-135M-Instruct } }');
    const { arn, status } = await execute();
    expect(status, said.join('\n')).toBe('Succeeded');
    const [score] = (await summaryOf(arn)).scores.filter((each) => each.score === 'factual_knowledge');
    expect(score?.n).toBe(ROWS);
  });
});

/** As SageMaker ends a job: SIGTERM once enough is in the journal, SIGKILL after 120 s. */
async function stopAt(
  lines: number,
  output: string,
  {
    kill,
    ended,
    child,
  }: { kill(signal: NodeJS.Signals): Promise<void>; ended: Promise<unknown>; child: { exitCode: number | null } },
): Promise<void> {
  for (;;) {
    if (child.exitCode !== null || !existsSync(output)) return;
    const journals = [...(await filesBelow(output))].filter(([path]) => path.endsWith('journal.jsonl'));
    const text = journals.map(([, body]) => body.toString()).join('');
    if (text.split('\n').filter((line) => line.includes('"sample"')).length >= lines) break;
    await sleep(50);
  }
  await kill('SIGTERM');
  const inTime = await Promise.race([ended.then(() => true), sleep(120_000, false, { ref: false })]);
  if (!inTime) await kill('SIGKILL');
}
