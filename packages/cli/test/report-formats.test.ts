import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { REPORT_FORMATS } from '@assay/report';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { trackingServer } from '../../report/test/support/tracking-server.ts';
import { startStandIn } from '../../runner-sagemaker/test/stand-in/stand-in.ts';
import { assay, type ScriptedProject, scriptedProject } from './assay.ts';
import { assayHere } from './assay-here.ts';

let project: ScriptedProject;
let run: string;

beforeAll(async () => {
  project = await scriptedProject(12);
  run = join(project.folder, 'run');
  const { code, stderr } = await assayHere(['run', project.config, '-o', run], project.folder);
  expect(code, stderr).toBe(0);
}, 60_000);
afterAll(() => project.remove());

test('assay report writes every format', async () => {
  const formats = Object.keys(REPORT_FORMATS);
  const ended = await Promise.all(
    // Two of them at once, in processes of their own.
    formats.map((format, at) => (at < 2 ? assay : assayHere)(['report', run, '--format', format], project.folder)),
  );
  for (const [at, { code, stdout, stderr }] of ended.entries()) {
    expect(code, `${formats[at]}: ${stderr}`).toBe(0);
    for (const file of stdout.trim().split('\n')) expect((await stat(file)).size).toBeGreaterThan(0);
  }
}, 90_000);

test('a failed gate of the command line is in the JUnit report and is exit code 1', async () => {
  const file = join(project.folder, 'gates.xml');
  const gates = ['--fail-on', 'factual_knowledge.factual_knowledge >= 0.99', 'failed <= 0'];
  const { code, stderr } = await assayHere(['report', run, '--format', 'junit', '-o', file, ...gates], project.folder);
  expect(code, stderr).toBe(1);
  const xml = await readFile(file, 'utf8');
  expect(xml.match(/classname="assay\.gates\./g)).toHaveLength(4);
  expect(xml).toContain('failures="2"');
});

test('assay report sends a run to an MLflow server, with credentials of the environment alone', async () => {
  const { url, seen, runs } = await trackingServer();
  const env = { MLFLOW_TRACKING_TOKEN: 's3cret' };
  const args = ['report', run, '--format', 'mlflow', '--to', url, '--experiment', 'nightly'];
  const { code, stdout, stderr } = await assayHere(args, project.folder, env);
  expect(code, stderr).toBe(0);
  expect(stdout).toBe(`${url}/#/experiments/0/runs/r0\n${url}/#/experiments/0/runs/r1\n`);
  expect(runs.size).toBe(2);
  expect(seen.every(({ authorization }) => authorization === 'Bearer s3cret')).toBe(true);
  const files = seen.filter(({ method }) => method === 'PUT').map(({ path }) => path.split('/').at(-1));
  expect(new Set(files)).toEqual(new Set(['report.html', 'summary.json', 'manifest.json']));
  const nowhere = await assayHere(['report', run, '--format', 'mlflow'], project.folder);
  expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('Add --to URL')]);
});

/** What IAM must allow for what is asked of managed MLflow. */
const ACTIONS: Readonly<Record<string, string>> = {
  'experiments/get-by-name': 'GetExperimentByName',
  'experiments/create': 'CreateExperiment',
  'runs/search': 'SearchRuns',
  'runs/create': 'CreateRun',
  'runs/log-batch': 'LogBatch',
  'runs/update': 'UpdateRun',
};

test('assay report signs what it sends to managed MLflow, named by its ARN', async () => {
  const { url, seen } = await trackingServer();
  const arn = 'arn:aws:sagemaker:eu-west-1:123456789012:mlflow-tracking-server/mine';
  const env = {
    ...{ AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 's', SAGEMAKER_MLFLOW_CUSTOM_ENDPOINT: url },
    MLFLOW_TRACKING_TOKEN: 's3cret',
  };
  const { code, stdout, stderr } = await assayHere(
    ['report', run, '--format', 'mlflow', '--to', arn],
    project.folder,
    env,
  );
  expect(code, stderr).toBe(0);
  expect(stdout.split('\n')[0]).toBe(`${arn}/#/experiments/0/runs/r0`);
  const signed =
    /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/sagemaker-mlflow\/aws4_request, SignedHeaders=.*x-mlflow-sm-tracking-server-arn/;
  expect(seen.filter(({ authorization }) => !signed.test(authorization ?? ''))).toEqual([]);
  const page = await readFile(new URL('../../../docs/report.md', import.meta.url), 'utf8');
  const routes = seen.map(({ path }) => path.replace('/api/2.0/mlflow/', '').split('?')[0]!);
  for (const route of new Set(routes.filter((each) => !each.startsWith('/')))) {
    expect(ACTIONS[route], route).toBeDefined();
    expect(page).toContain(`\`${ACTIONS[route]}\``);
  }
  const ill = await assayHere(['report', run, '--format', 'mlflow', '--to', 'arn:aws:s3:::x'], project.folder, env);
  expect([ill.code, ill.stderr]).toEqual([2, expect.stringContaining('is no ARN of a managed MLflow')]);
});

test('the files of a run go to the S3 store of a managed MLflow, under the very names that it keeps', async () => {
  const aws = await startStandIn();
  try {
    aws.store.createBucket('mlflow-files');
    const { url, seen } = await trackingServer(undefined, 's3://mlflow-files/100%41 of us? #1/');
    const env = {
      ...{ AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 's', SAGEMAKER_MLFLOW_CUSTOM_ENDPOINT: url },
      AWS_ENDPOINT_URL: aws.url,
    };
    const arn = 'arn:aws:sagemaker:us-east-1:123456789012:mlflow-app/app-1';
    const sent = await assayHere(['report', run, '--format', 'mlflow', '--to', arn], project.folder, env);
    expect(sent.code, sent.stderr).toBe(0);
    expect(seen.filter(({ method }) => method === 'PUT')).toEqual([]);
    const root = '100%41 of us? #1/0';
    expect(aws.store.keys('mlflow-files')).toEqual(
      ['r0', 'r1'].flatMap((id) =>
        ['manifest.json', 'report.html', 'summary.json'].map((name) => `${root}/${id}/artifacts/${name}`),
      ),
    );
    for (const name of ['summary.json', 'report.html'])
      expect(aws.store.get(`s3://mlflow-files/${root}/r1/artifacts/${name}`)).toEqual(await readFile(join(run, name)));
    const put = aws.calls.find(({ operation }) => operation === 'PutObject');
    expect(put?.headers.authorization).toContain('/us-east-1/s3/aws4_request');
    aws.faults.add('PutObject', { kind: 'access-denied' }, 10);
    const refused = await assayHere(['report', run, '--format', 'mlflow', '--to', arn], project.folder, env);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('s3:PutObject')]);
  } finally {
    await aws.close();
  }
}, 60_000);

test('an unknown format is told with the nearest one', async () => {
  const { code, stderr } = await assayHere(['report', run, '--format', 'junitt'], project.folder);
  expect(code).toBe(2);
  expect(stderr).toMatch(/REPORT_FORMAT.*\n.*Did you mean "junit"/);
});

test('models pull and remove refuse what they cannot do, with a code', async () => {
  const env = { HF_HUB_OFFLINE: '1', HF_HOME: join(project.folder, 'hf') };
  const pull = await assayHere(['models', 'pull', 'nobody/nothing'], project.folder, env);
  expect([pull.code, pull.stderr]).toEqual([2, expect.stringContaining('MODEL_DOWNLOAD')]);
  const dtype = await assayHere(['models', 'pull', 'nobody/nothing', '--dtype', 'q5'], project.folder, env);
  expect([dtype.code, dtype.stderr]).toEqual([2, expect.stringContaining('USAGE')]);
  const remove = await assayHere(['models', 'remove', 'SmolLM2-135M-Instruct'], project.folder, env);
  expect([remove.code, remove.stderr]).toEqual([2, expect.stringContaining('part of assay')]);
});
