import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { pythonWith, runPython } from '../../test/support/python.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { trackingServer } from '../../test/support/tracking-server.ts';
import { mlflowValues } from './mlflow-values.ts';
import { sendToMlflow } from './send-to-mlflow.ts';

const run = makeRun({ models: ['org/A', 'B'], samples: 40 });

function artifact(): Record<string, string> {
  const file = join(temporaryFolder(), 'summary.json');
  writeFileSync(file, JSON.stringify(run.summary));
  return { 'summary.json': file };
}

test('each model becomes a run with its figures, its params and its files', async () => {
  const { url, seen, runs } = await trackingServer();
  const sent = await sendToMlflow(run, { url: `${url}/`, authorization: 'Bearer s3cret', artifacts: artifact() });
  expect(sent.map(({ model, page }) => [model, page])).toEqual([
    ['org/A', `${url}/#/experiments/0/runs/r0`],
    ['B', `${url}/#/experiments/0/runs/r1`],
  ]);
  expect(new Set(seen.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer s3cret']));
  const metrics = runs.get('r0')!.flatMap((body) => (body.metrics ?? []) as { key: string; value: number }[]);
  const f1 = run.summary.scores[0]!;
  const figure = (key: string) => metrics.find((metric) => metric.key === key)?.value;
  expect([figure('qa_accuracy.f1_score'), figure('qa_accuracy.f1_score.lower')]).toEqual([f1.value, f1.interval![0]]);
  expect(figure('samples.scored')).toBe(run.summary.models[0]!.states.scored);
  expect(runs.get('r0')!.at(-1)).toMatchObject({
    status: 'FINISHED',
    end_time: Date.parse(run.summary.timing.endedAt),
  });
  expect(seen.filter(({ method }) => method === 'PUT').map(({ path }) => path)).toEqual([
    '/api/2.0/mlflow-artifacts/artifacts/0/r0/artifacts/summary.json',
    '/api/2.0/mlflow-artifacts/artifacts/0/r1/artifacts/summary.json',
  ]);
});

test('a run that is sent again makes no second one', async () => {
  const { url, runs } = await trackingServer();
  const first = await sendToMlflow(run, { url });
  const again = await sendToMlflow(run, { url });
  expect(again).toEqual(first);
  expect(runs.size).toBe(2);
});

test('what may pass is tried again, what does not is told with the server’s words', async () => {
  const shaky = await trackingServer((seen, before) =>
    before.filter(({ path }) => path === seen.path).length < 2 ? { status: 503 } : undefined,
  );
  await sendToMlflow(run, { url: shaky.url, retryDelayMs: 1 });
  expect(shaky.runs.size).toBe(2);

  const closed = await trackingServer(() => ({ status: 401, body: 'no' }));
  await expect(sendToMlflow(run, { url: closed.url })).rejects.toMatchObject({
    code: 'REPORT_SINK',
    hint: expect.stringContaining('MLFLOW_TRACKING_TOKEN'),
  });
  expect(closed.seen).toHaveLength(1);

  const full = await trackingServer(({ path }) =>
    path.endsWith('log-batch')
      ? { status: 400, body: { error_code: 'INVALID', message: 'too long a key' } }
      : undefined,
  );
  await expect(sendToMlflow(run, { url: full.url })).rejects.toThrow(
    'answered 400 to /api/2.0/mlflow/runs/log-batch: too long a key',
  );

  const down = await trackingServer(() => ({ status: 500, body: '<html>' }));
  await expect(sendToMlflow(run, { url: down.url, retryDelayMs: 1 })).rejects.toMatchObject({ code: 'REPORT_SINK' });
  expect(down.seen).toHaveLength(5);
  await expect(sendToMlflow(run, { url: 'http://127.0.0.1:1', retryDelayMs: 1 })).rejects.toThrow(
    'no MLflow server answers at http://127.0.0.1:1',
  );
});

test('a token does not follow a redirect', async () => {
  const elsewhere = await trackingServer();
  const { url } = await trackingServer(({ method }) =>
    method === 'GET' ? undefined : { status: 307, headers: { location: `${elsewhere.url}/api` } },
  );
  await expect(sendToMlflow(run, { url, authorization: 'Bearer s3cret' })).rejects.toMatchObject({
    hint: expect.stringContaining(`It redirects to ${elsewhere.url}`),
  });
  expect(elsewhere.seen).toEqual([]);
});

test('keys keep to what MLflow takes, and never meet', () => {
  const scores = run.summary.scores
    .slice(0, 3)
    .map((score, at) => ({ ...score, category: ['a:b', 'a;b', '../x'][at]! }));
  const { metrics } = mlflowValues({ ...run, summary: { ...run.summary, scores } }, 'org/A');
  const keys = metrics.map(({ key }) => key);
  expect(keys.slice(0, 3)).toEqual([
    'qa_accuracy.f1_score/a_b',
    'qa_accuracy.f1_score/a_b_2',
    'qa_accuracy.f1_score/__x',
  ]);
  for (const key of keys) expect(key).toMatch(/^[\w\-. /]{1,250}$/);
});

const { python, missing } = pythonWith('mlflow', 'flask', 'flask_cors', 'sqlalchemy', 'alembic');

/** MLflow's own server over a database in a folder, in the form that needs no further packages. Prints its port. */
const SERVER = `import os, sys
os.environ.update({'_MLFLOW_SERVER_FILE_STORE': f'sqlite:///{sys.argv[1]}/runs.db', '_MLFLOW_SERVER_ARTIFACT_ROOT': 'mlflow-artifacts:/',
  '_MLFLOW_SERVER_ARTIFACT_DESTINATION': f'{sys.argv[1]}/files', '_MLFLOW_SERVER_SERVE_ARTIFACTS': 'true'})
from mlflow.server import app
from werkzeug.serving import make_server
server = make_server('127.0.0.1', 0, app, threaded=True)
print(server.server_port, flush=True)
server.serve_forever()`;

test.skipIf(python === null)(
  `MLflow's own server takes a run, and its client reads it back${missing && `: ${missing}`}`,
  async () => {
    const folder = temporaryFolder();
    const child = spawn(python!, ['-c', SERVER, folder], { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    });
    const [port] = await once(createInterface(child.stdout), 'line');
    const url = `http://127.0.0.1:${port}`;
    const artifacts = artifact();
    const sent = await sendToMlflow(run, { url, artifacts, experiment: 'nightly' });
    expect(await sendToMlflow(run, { url, artifacts, experiment: 'nightly' })).toEqual(sent);
    const printed = runPython(
      python!,
      `import json, sys
from mlflow import MlflowClient
client = MlflowClient(sys.argv[1])
experiment = client.get_experiment_by_name('nightly')
runs = client.search_runs([experiment.experiment_id], order_by=['attributes.run_name'])
print(json.dumps([{'status': r.info.status, 'name': r.info.run_name, 'start': r.info.start_time, 'metrics': r.data.metrics, 'params': r.data.params,
  'files': [f.path for f in client.list_artifacts(r.info.run_id)]} for r in runs]))`,
      url,
    );
    const read = JSON.parse(printed.trim().split('\n').at(-1)!);
    const names = ['B', 'org/A'];
    expect(read).toHaveLength(2);
    for (const [at, name] of names.entries()) {
      const { metrics, params } = mlflowValues(run, name);
      expect(read[at]).toEqual({
        status: 'FINISHED',
        name: `${name} ${run.summary.run}`,
        start: Date.parse(run.summary.timing.startedAt),
        metrics: Object.fromEntries(metrics.map(({ key, value }) => [key, value])),
        params: Object.fromEntries(params.map(({ key, value }) => [key, value])),
        files: ['summary.json'],
      });
    }
  },
  120_000,
);
