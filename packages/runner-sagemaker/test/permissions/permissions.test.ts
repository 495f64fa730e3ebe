import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectInPage } from '../../../runner-local/test/docs-block.ts';
import { AwsConnection } from '../../src/aws/aws-connection.ts';
import { S3ObjectStore } from '../../src/aws/s3-object-store.ts';
import { createBedrockBatches } from '../../src/bedrock/create-bedrock-batches.ts';
import { createBedrockRunner } from '../../src/bedrock/create-bedrock-runner.ts';
import { publishScores } from '../../src/monitor/publish-scores.ts';
import type { OpenSageMakerRunnerOptions } from '../../src/open-runner-options.ts';
import { openSageMakerRunner } from '../../src/open-sagemaker-runner.ts';
import { LEDGER_FILE } from '../../src/ownership/ownership-ledger.ts';
import { sweep } from '../../src/ownership/sweep.ts';
import { checkAws } from '../../src/pipeline/doctor.ts';
import { downloadResults } from '../../src/pipeline/download-results.ts';
import { executionId, retryPipeline } from '../../src/pipeline/start-pipeline.ts';
import { stopPipeline } from '../../src/pipeline/watch-pipeline.ts';
import { collect } from '../collect.ts';
import { languageModel, publishModels } from '../jumpstart-documents.ts';
import { resolvedModel } from '../resolved-model.ts';
import { graphOf, ROLE, ROLE_KEY, SampleAccount, SETTINGS } from '../sample-account.ts';
import type { Call } from '../stand-in/faults.ts';
import { type StandIn, startStandIn } from '../stand-in/stand-in.ts';

/** What a watcher calls only while an endpoint or a transform job of the execution stands: to reckon its cost, to delete it. */
const WATCHING = ['DescribeEndpoint', 'DescribeEndpointConfig', 'DescribeTransformJob', 'DescribeModel', 'ListTags']
  .concat('DeleteEndpoint', 'DeleteEndpointConfig', 'DeleteModel', 'StopTransformJob')
  .map((name) => `sagemaker:${name}`);

let folder: string;
const rows: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-permissions-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const settingsOf = (aws: StandIn) => ({
  region: 'us-east-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  endpoint: aws.url,
});

/** What IAM must allow, and on which data: `s3:GetObject` on the prefix. */
type Needs = ReadonlyMap<string, ReadonlySet<string>>;

function needsOf(calls: readonly Call[], isOwnData = false, more: readonly string[] = []): Needs {
  const groups = new Map<string, Set<string>>([['', new Set(more)]]);
  for (const { actions, service, target } of calls) {
    const [bucket = ''] = target.split('/');
    const mine = isOwnData ? 'your data' : 'the prefix';
    const on = service !== 's3' ? '' : bucket === 'bkt' ? mine : `\`${bucket.replace('us-east-1', 'REGION')}\``;
    for (const action of actions) groups.set(on, (groups.get(on) ?? new Set()).add(action));
  }
  return groups;
}

/** Of the last row that stood alone: a row that begins with `…` says what it needs beyond that. */
let base: Needs = new Map();

function write(title: string, needs: Needs): void {
  const isMore = title.startsWith('…');
  if (!isMore) base = needs;
  const cells = [...needs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([on, actions]) => {
      const shown = [...actions].filter((action) => !isMore || base.get(on)?.has(action) !== true).sort();
      return shown.length === 0 ? [] : [`${listed(shown)}${on === '' ? '' : ` on ${on}`}`];
    });
  rows.push(`- ${title}: ${cells.join('; ')}`);
}

/** The service's name stands once for all of its actions. */
function listed(actions: readonly string[]): string {
  let before = '';
  return actions
    .map((action) => {
      const [service = '', name = ''] = action.split(':');
      const shown = service === before ? name : action;
      before = service;
      return `\`${shown}\``;
    })
    .join(', ');
}

/** Runs what a user would, and notes what IAM must allow. */
async function row(
  title: string,
  act: (aws: StandIn) => Promise<unknown>,
  { isOwnData = false, more = [] as readonly string[] } = {},
): Promise<void> {
  const aws = await startStandIn({ createMs: 0, batches: { looks: () => 1 } });
  aws.store.createBucket('bkt');
  aws.invocationJobs.least = 1;
  publishModels(aws.store, [languageModel('some-model', '1.2.0')]);
  try {
    await act(aws);
    write(title, needsOf(aws.calls, isOwnData, more));
  } finally {
    await aws.close();
  }
}

/** Asks a model, deploys it where its block says so, and deletes what it made. */
async function asked(
  aws: StandIn,
  lines: string,
  options: Partial<OpenSageMakerRunnerOptions> = {},
  signal?: AbortSignal,
): Promise<void> {
  const runner = await openSageMakerRunner(resolvedModel('sagemaker', lines), {
    ...{ ...settingsOf(aws), clock: aws.clock, runId: 'run-1', owner: 'me', roleArn: ROLE },
    ...{ ledgerFile: join(await mkdtemp(join(folder, 'run-')), LEDGER_FILE), aws: { bucket: 'bkt' } },
    ...options,
  });
  const answers = await collect(
    runner.generate([{ id: 'p', text: 'hello' }], signal === undefined ? {} : { signal }),
  ).finally(() => runner.close());
  expect(answers).toMatchObject([{ ok: true }]);
}

test('each mode needs what the page says, and nothing more', async () => {
  await row('an endpoint', async (aws) => {
    aws.control.seedEndpoint('e');
    await asked(aws, 'endpoint_name: e');
  });
  await row('… `mode: stream`', async (aws) => {
    aws.control.seedEndpoint('e');
    await asked(aws, 'endpoint_name: e\nsagemaker: { mode: stream }');
  });
  const image = "image_uri: 'i:1', model_data: 's3://b/m.tar.gz'";
  const deployment = 'deployment_config: { instance_type: ml.g5.2xlarge }';
  const asking = "evaluation_config: { content_template: PROMPT_PLACEHOLDER, output: '[0].generated_text' }";
  await row('a deployment', (aws) => asked(aws, `sagemaker: { ${image} }\n${deployment}`));
  const copies = (more: string) =>
    `deployment_config: { instance_type: ml.g5.2xlarge, inference_component: { memory_mb: 1024${more} } }`;
  const component = (more: string) => (aws: StandIn) => asked(aws, `sagemaker: { ${image} }\n${copies(more)}`);
  await row('… as an inference component', component(''));
  await row('… that scales to zero', component(', scale_to_zero: {}'), { more: ['iam:CreateServiceLinkedRole'] });
  await row('… asynchronous', (aws) => asked(aws, `sagemaker: { mode: async, ${image} }\n${deployment}`));
  await row('… of a JumpStart model', (aws) => asked(aws, `model_id: some-model\n${deployment}\n${asking}`));
  await row('… of a private hub’s', async (aws) => {
    aws.control.hubContents.set('mine/Model/some-model@1.2.0', languageModel('some-model', '1.2.0'));
    await asked(aws, `model_id: some-model\nmodel_version: "1.*"\nsagemaker: { hub: mine }\n${deployment}\n${asking}`);
  });
  await row('Batch Transform', async (aws) => {
    aws.transforms.runMs = 0;
    await asked(aws, `sagemaker: { mode: transform, ${image} }\n${deployment}`);
    aws.transforms.runMs = 1e9;
    const ending = new AbortController();
    const onJob = () => ending.abort(new Error('Ctrl-C'));
    const stopped = { deployHooks: { onJob }, runId: 'run-2' };
    await asked(aws, `sagemaker: { mode: transform, ${image} }\n${deployment}`, stopped, ending.signal).catch(() => {});
  });
  await row('Bedrock', async (aws) => {
    for (const api of ['converse', 'invoke']) {
      const more = 'guardrail: { id: g1, version: "1" }';
      const block = `bedrock: { model_id: meta.llama3-8b, api: ${api}, ${more} }\nevaluation_config: { output: completion }`;
      const runner = await createBedrockRunner(resolvedModel('bedrock', block), settingsOf(aws));
      await collect(runner.generate([{ id: 'p', text: 'hello' }], {}));
      await runner.close();
    }
  });
  await row('… in batches', async (aws) => {
    const model = resolvedModel('bedrock', 'bedrock: { model_id: meta.llama3-8b, mode: batch }');
    // Its answer is lost, so that the job is looked for.
    aws.faults.add('CreateModelInvocationJob', { kind: 'reset-after' });
    const runner = await createBedrockBatches(model, {
      ...{ ...settingsOf(aws), clock: aws.clock, runId: 'run-1', owner: 'me', roleArn: ROLE },
      ...{ aws: { bucket: 'bkt', quotas: { bedrock_batch_records: 1 } }, foreignBuckets: [] },
      ledgerFile: join(folder, 'batches.jsonl'),
    });
    expect(await collect(runner.generate([{ id: 'p', text: 'hello' }], {}))).toMatchObject([{ ok: true }]);
    await runner.close();
  });
  await pipelines();
  const swept = async (aws: StandIn) => {
    aws.control.seedEndpoint('old', [{ Key: 'assay:run-id', Value: 'r' }]);
    await sweep(new AwsConnection(settingsOf(aws)), { clock: aws.clock });
  };
  await row('`sweep`', swept, { more: ['sagemaker:DescribeEndpoint', 'sagemaker:StopTransformJob'] });
  await row(
    'data in your bucket',
    async (aws) => {
      aws.store.put('s3://bkt/data/a.jsonl', '{"q":1}\n');
      const store = new S3ObjectStore(settingsOf(aws));
      const [found] = await collect(store.list('bkt', 'data/'));
      await store.head('bkt', found!.key);
      await store.get('bkt', found!.key, { etag: found!.etag });
      await store.close();
    },
    { isOwnData: true },
  );
  await row('CloudWatch', async (aws) => {
    const scores = [{ model: 'm', algorithm: 'a', score: 's', category: null, n: 1, value: 1, interval: null }];
    const dataset = { name: 'd', samples: 1, badRows: 0 };
    const summary = { scores, dataset, models: [], timing: { endedAt: '2026-11-23T10:00:00.000Z' } };
    await publishScores(new AwsConnection(settingsOf(aws)), summary as never, { namespace: 'n', clock: aws.clock });
  });
  expectInPage('aws.md', 'permissions', rows.join('\n'));
}, 240_000);

/** A pipeline as its user starts, follows, continues and stops it, and as its steps run it under the execution role. */
async function pipelines(): Promise<void> {
  const account = await SampleAccount.open();
  try {
    account.serveModels();
    const config = await account.project(
      'pipeline_scale_hybrid_config',
      'model_registry: { model_package_group_name: Best }',
    );
    account.trouble = { die: ({ arguments: [step] }) => step === 'select' };
    const tags = { team: 'x' };
    const arn = await account.start(config, { tags });
    const first = await account.watch(arn);
    expect(first.execution.status).toBe('Failed');
    account.trouble = {};
    const graph = graphOf(config);
    await retryPipeline(account.connection, arn, { clock: account.aws.clock });
    const second = await account.watch(arn);
    expect(second.execution.status).toBe('Succeeded');
    await downloadResults(account.store, `assay/${graph.name}`, executionId(arn), join(folder, 'results'));
    const other = await account.start(config);
    await stopPipeline(account.connection, other, account.aws.clock);
    const { calls } = account.aws;
    const isRole = ({ headers }: Call): boolean => String(headers.authorization).includes(ROLE_KEY);
    const own = calls.filter((call) => !isRole(call));
    write('pipelines: starting, following, continuing, stopping', needsOf(own, false, WATCHING));
    write('pipelines: the execution role', needsOf(calls.filter(isRole)));
    const before = calls.length;
    await checkAws(account.connection, {
      ...{ bucket: 'bkt', roleArn: ROLE, imageUri: SETTINGS.imageUri, clock: account.aws.clock },
      uses: [{ use: 'endpoint', type: 'ml.g5.2xlarge', count: 1, steps: ['deploy'] }],
    });
    write('`doctor`', needsOf(calls.slice(before)));
  } finally {
    await account.close();
  }
}
