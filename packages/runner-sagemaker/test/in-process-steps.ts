import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import {
  type Clock,
  type Decision,
  PORTABLE_STEPS,
  type PortableStep,
  readStepConfig,
  resolveRunners,
  runStep,
  STEP_RESULTS_VARIABLE,
  type Summary,
  stepFolders,
} from '@assay/core';
import { AwsConnection, type AwsSettings } from '../src/aws/aws-connection.ts';
import type { SageMakerModel } from '../src/create-sagemaker-runner.ts';
import { openSageMakerRunner } from '../src/open-sagemaker-runner.ts';
import { cleanupStep, deployStep, readDeployment } from '../src/steps/deploy-step.ts';
import { ownedNames } from '../src/steps/owned-endpoint.ts';
import { registerStep } from '../src/steps/register-step.ts';
import { restoreShards } from '../src/steps/restore-shards.ts';
import { type JobInstance, LostContainer } from './stand-in/processing-job.ts';

export interface InProcessSteps {
  /** Where each container's folders are made. */
  readonly folder: string;
  readonly settings: AwsSettings;
  readonly clock: Clock;
  readonly roleArn: string;
  /** Asked before each step: whether its container dies. */
  readonly die?: ((job: JobInstance) => boolean | Promise<boolean>) | undefined;
  /** Asked before each step: after how many samples, or (0) after how its work, its instance is lost; undefined for never. */
  readonly lose?: ((job: JobInstance) => number | undefined) | undefined;
  /** Takes what closes the runners of lost instances, which nobody has closed. */
  readonly unclosed?: (() => Promise<void>)[] | undefined;
}

/** What `assay step` does in the image, in this process: files in, one step, files out; rejects as a container dies. */
export async function runStepHere(job: JobInstance, options: InProcessSteps): Promise<ReadonlyMap<string, Buffer>> {
  const { settings, clock, roleArn, die, lose } = options;
  if (job.entrypoint.join(' ') !== 'assay step') throw new Error(`no such command: ${job.entrypoint.join(' ')}`);
  const root = await mkdtemp(join(options.folder, 'ml-'));
  const folders = stepFolders(root);
  for (const [name, files] of Object.entries(job.inputs)) {
    await mkdir(folders.input(name), { recursive: true });
    for (const [path, body] of files) {
      await mkdir(dirname(join(folders.input(name), path)), { recursive: true });
      await writeFile(join(folders.input(name), path), body);
    }
  }
  if ((await die?.(job)) === true) throw new Error('AlgorithmError: the container died');
  const lostAfter = lose?.(job);
  const lost = new AbortController();
  let samples = 0;
  const onSample = (): void => {
    samples += 1;
    if (samples === lostAfter) lost.abort(new Error('the instance is lost'));
  };
  const [step, ...args] = job.arguments;
  const value = (flag: string): string | undefined => (args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined);
  const config = await readStepConfig(folders, job.environment);
  const models = resolveRunners(config.loaded);
  const runId = job.environment.ASSAY_RUN_ID!;
  const index = value('--model-index');
  const common = { ...settings, clock, runId };
  if (PORTABLE_STEPS.includes(step as PortableStep)) {
    const shards = value('--shards');
    const given = {
      runId,
      ...(shards === undefined ? {} : { shards: Number(shards) }),
      ...(index === undefined ? {} : { modelIndex: Number(index) }),
    };
    const work = runStep(step as PortableStep, given, {
      folders,
      config,
      hooks: { onSample },
      signal: lost.signal,
      openHelper: async () => {
        throw new Error('no helper');
      },
      openRunner: async (model) => {
        const runner = await openSageMakerRunner(model as SageMakerModel, {
          ...common,
          endpointName: ownedNames(model, runId).endpoint,
          owner: 'me',
          ledgerFile: join(root, 'ledger'),
          roleArn,
          modelData: value('--model-data'),
          isShared: job.instances > 1,
        });
        // A lost instance cleans nothing up.
        if (lostAfter === undefined) return runner;
        options.unclosed?.push(runner.close);
        return { ...runner, close: async () => {} };
      },
      restoreShards: async (shards) => {
        const resultsUri = job.environment[STEP_RESULTS_VARIABLE];
        const connection = new AwsConnection(settings);
        if (resultsUri !== undefined)
          await restoreShards(connection, shards, { resultsUri, folder: folders.output, clock });
        await connection.close();
      },
    });
    await (lostAfter === undefined ? work : work.catch(() => {}));
  } else if (step === 'deploy') {
    await deployStep(models[Number(index)] as SageMakerModel, {
      ...common,
      owner: 'me',
      outputFolder: folders.output,
      roleArn,
      modelData: value('--model-data'),
    });
  } else if (step === 'cleanup') {
    await cleanupStep(models[Number(index)] as SageMakerModel, common);
  } else if (step === 'register') {
    const decision = JSON.parse(await readFile(join(folders.input('decision'), 'decision.json'), 'utf8')) as Decision;
    const summary = JSON.parse(await readFile(join(folders.input('run'), 'summary.json'), 'utf8')) as Summary;
    const model =
      index === undefined ? models.find(({ name }) => name === decision.selection.model) : models[Number(index)];
    const deployment = await readDeployment(folders.input('deployments'), model!.name);
    await registerStep(model as SageMakerModel, {
      container: deployment?.container ?? undefined,
      ...common,
      group: value('--group')!,
      groupDescription: (index === undefined ? config.loaded.config.model_registry : model!.config.register_config)
        ?.model_package_group_description,
      owner: 'me',
      reportUri: `s3://bkt/executions/${runId}/run/report.html`,
      summary,
      decision,
      metricsUri: `s3://bkt/metrics/${runId}`,
    });
  } else throw new Error(`no step ${step}`);
  const left = new Map<string, Buffer>();
  for (const entry of await readdir(folders.output, { recursive: true, withFileTypes: true }).catch(() => [])) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) left.set(relative(folders.output, path), await readFile(path));
  }
  if (lostAfter !== undefined) throw new LostContainer(left);
  return left;
}
