import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readSummary } from '@assay/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { publishModels, SAMPLE_MODELS } from '../../runner-sagemaker/test/jumpstart-documents.ts';
import { type StandIn, startStandIn } from '../../runner-sagemaker/test/stand-in/stand-in.ts';
import { assay, startAssay } from './assay.ts';
import { assayHere } from './assay-here.ts';
import { postJson } from './model-server.ts';
import { containers, containersHere } from './run-container.ts';

const SAMPLE = fileURLToPath(new URL('../../core/fixtures/aws-sample', import.meta.url));
const ROLE = 'arn:aws:iam::123456789012:role/Exec';
const IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/assay:1';
const SAMPLES = 4;
/** What `pipeline render` prints of the parameters. */
const TEMPLATE = z.object({ Parameters: z.array(z.object({ Name: z.string() })) });
/** Beginnings to continue with: half of the sample's models are base models. */
const rows = [
  { question: 'The capital of France is', answer: 'Paris<OR>City of Light' },
  { question: 'The opposite of hot is', answer: 'cold' },
  { question: 'One, two, three, four,', answer: 'five' },
  { question: 'Romeo and Juliet was written by William', answer: 'Shakespeare' },
  { question: 'Never asked: the limit stands before it.', answer: 'nothing' },
];

let served: { readonly url: string; stop(): Promise<unknown> };
let aws: StandIn;
let folder: string;
let env: NodeJS.ProcessEnv;

/** The embedded model in the serving container's own process: `assay serve`. */
beforeAll(async () => {
  const home = await mkdtemp(join(tmpdir(), 'assay-served-'));
  const args = ['serve', 'SmolLM2-135M-Instruct', '--port', '0', '--no-token'];
  const { child, finished } = startAssay(args, home);
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  child.stdout?.on('data', (chunk) => {
    said += chunk;
  });
  for (let i = 0; !/http:\/\/127\.0\.0\.1:\d+/.test(said) && child.exitCode === null && i < 1200; i += 1)
    await sleep(50);
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
  if (url === undefined) throw new Error(`the model did not come up: ${said}`);
  served = {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await Promise.race([finished, once(child, 'exit')]);
      await rm(home, { recursive: true, force: true });
    },
  };
}, 90_000);
afterAll(() => served?.stop());

beforeEach(async () => {
  aws = await startStandIn({ createMs: 0 });
  aws.store.createBucket('bkt');
  folder = await mkdtemp(join(tmpdir(), 'assay-embedded-'));
  env = {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_CONFIG_FILE: '/dev/null',
  };
  publishModels(aws.store, SAMPLE_MODELS);
  await writeFile(
    join(folder, 'evaluation_dataset_trivia.jsonl'),
    rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  );
});
afterEach(async () => {
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});

interface Invocation {
  readonly inputs: string | [[{ content: string }]];
  readonly parameters: { readonly max_new_tokens: number };
}

interface Asked {
  readonly endpoint: string;
  readonly question: string;
  readonly text: string;
}

type Generated = readonly [{ generated_text?: string; generation?: { content: string } }];
/** What was asked is answered once: the configs of the sample ask the same. */
const generated = new Map<string, Promise<Generated>>();

function generate(request: Invocation): Promise<Generated> {
  expect(request.parameters.max_new_tokens).toBe(100);
  // The sample draws its answers and names no seed; one makes this test repeatable. Its 100 tokens show no more than these.
  const parameters = { ...request.parameters, max_new_tokens: 24, seed: 1 };
  const body = { ...request, parameters };
  const key = JSON.stringify(body);
  const answer = generated.get(key) ?? postJson(`${served.url}/invocations`, body).then(answerOf);
  generated.set(key, answer);
  return answer;
}

async function answerOf(response: Response): Promise<Generated> {
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return JSON.parse(text);
}

/**
 * Puts the embedded model behind an endpoint. `assay serve` answers as TGI does; Llama 2's container of the sample calls
 * the text `generation`.
 */
function serve(endpoint: string, asked: Asked[]): void {
  aws.runtime.serve(endpoint, async ({ body }) => {
    const request = JSON.parse(body.toString()) as Invocation;
    const [answer] = await generate(request);
    const { inputs } = request;
    const question = typeof inputs === 'string' ? inputs : inputs[0][0].content;
    asked.push({ endpoint, question, text: answer.generated_text ?? answer.generation!.content });
    const isLlamaBase = endpoint.includes('llama') && answer.generated_text !== undefined;
    return { body: JSON.stringify([isLlamaBase ? { generation: answer.generated_text } : answer]) };
  });
}

/** Starts a config of the sample, waits for its end, fetches its run and holds it to what the model said. @returns its execution */
async function runToItsEnd(name: string, models: readonly string[], command = assay): Promise<string> {
  await cp(join(SAMPLE, `${name}.yaml`), join(folder, 'c.yaml'));
  const config = await readFile(join(folder, 'c.yaml'), 'utf8');
  const endpoints = [...config.matchAll(/endpoint_name: "([^"]+)"/g)].map(([, endpoint]) => endpoint!);
  expect(endpoints).toHaveLength(models.length);
  const asked: Asked[] = [];
  for (const endpoint of endpoints) serve(endpoint, asked);
  const place = ['--bucket', 'bkt', '--role-arn', ROLE, '--image-uri', IMAGE, '--limit', String(SAMPLES)];
  // What the sample leaves open of a training job's image.
  const training = config.includes('finetuning:') ? await trainingParameters() : [];
  const started = await command(['pipeline', 'start', 'c.yaml', ...place, ...training], folder, env);
  expect(started.code, started.stderr).toBe(0);
  const execution = started.stdout.trim();
  expect(await ended(execution)).toBe('Succeeded');
  await aws.clock.sleep(3_600_000);
  expect(aws.control.inventory()).toEqual([]);

  const fetched = await command(['pipeline', 'results', 'c.yaml', execution, '--bucket', 'bkt'], folder, env);
  expect(fetched.code, fetched.stderr).toBe(0);
  const summary = await readSummary(join(fetched.stdout.trim(), 'summary.json'));
  for (const [index, model] of models.entries()) {
    const answers = asked.filter(({ endpoint }) => endpoint === endpoints[index]);
    expect(answers.map(({ question }) => question).toSorted()).toEqual(
      rows
        .slice(0, SAMPLES)
        .map(({ question }) => question)
        .toSorted(),
    );
    // Each text is the model's own: scored here once more, by the definition.
    const right = answers.filter(({ question, text }) => {
      const { answer } = rows.find((row) => row.question === question)!;
      return answer.split('<OR>').some((each) => text.toLowerCase().includes(each.toLowerCase()));
    });
    const score = summary.scores.find((row) => row.model === model && row.score === 'factual_knowledge');
    expect([score?.n, score?.value]).toEqual([SAMPLES, right.length / SAMPLES]);
    expect(right.length).toBeGreaterThan(0);
  }
  return execution;
}

test('the hybrid sample, which has every kind of step, runs to its end with the embedded model behind its endpoints, each step the real command', async () => {
  aws.pipelines.runJob = containers({ folder, env });
  const models = ['llama2-7b-f', 'falcon-7b', 'llama2-7b-finetuned'];
  const execution = await runToItsEnd('pipeline_scale_hybrid_config', models);
  const watched = await assay(['pipeline', 'watch', execution], folder, env);
  expect([watched.code, watched.stdout.trim()], watched.stderr).toEqual([0, 'Succeeded']);
  for (const model of models)
    for (const verb of ['deploy', 'evaluate', 'cleanup'])
      expect(watched.stderr).toContain(`${verb}-${model}  Succeeded`);
}, 300_000);

test.each([
  ['pipeline_config', ['llama2-7b']],
  ['pipeline_finetuning_config', ['llama2-7b-finetuned']],
  ['pipeline_scale_config', ['llama2-7b-f', 'falcon-7b']],
] as const)(
  'the sample %s runs to its end with the embedded model behind its endpoints, its steps in this process',
  async (name, models) => {
    aws.pipelines.runJob = containersHere({ folder, env });
    await runToItsEnd(name, models, assayHere);
  },
  120_000,
);

async function trainingParameters(): Promise<string[]> {
  const { stdout } = await assayHere(['pipeline', 'render', 'c.yaml', '--image-uri', IMAGE], folder);
  const { Parameters } = TEMPLATE.parse(JSON.parse(stdout));
  return Parameters.flatMap(({ Name }) =>
    Name.startsWith('Training')
      ? ['--parameter', `${Name}=${Name.startsWith('TrainingImage') ? 'train:1' : 's3://bkt/x'}`]
      : [],
  );
}

async function ended(execution: string): Promise<string> {
  const describe = aws.pipelines.operations.DescribePipelineExecution!;
  for (;;) {
    const { PipelineExecutionStatus: status } = describe({ PipelineExecutionArn: execution }) as {
      PipelineExecutionStatus: string;
    };
    if (status !== 'Executing') return status;
    await sleep(50);
  }
}
