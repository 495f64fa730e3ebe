import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AssayError,
  awsServices,
  type Composition,
  composeRun,
  PORTABLE_STEPS,
  type PortableStep,
  publishIfAsked,
  type ResolvedModel,
  type Runner,
  readDecision,
  readHost,
  readRun,
  readStepConfig,
  requireReach,
  runFolder,
  runStep,
  STEP_PUBLISH_VARIABLE,
  STEP_RESULTS_VARIABLE,
  stepFolders,
  toAssayError,
  writeExitMessage,
  writeRunReport,
} from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { endWithParent } from '../pipeline/end-with-parent.ts';
import { PAID_STEPS } from '../pipeline/paid-steps.ts';
import { register } from '../pipeline/register.ts';
import { runGroup } from '../pipeline/run-group.ts';
import { modelIndexOf, type Step, type StepFlags, sagemakerModel } from '../pipeline/started-step.ts';
import { awsOf, awsSettings, openSettings, ownerOf } from '../pipeline/step-aws.ts';
import { stepReach } from '../pipeline/step-reach.ts';
import { printError } from '../print/print-error.ts';
import { ProgressLine } from '../print/progress-line.ts';

export const STEP_NAMES = [...PORTABLE_STEPS, 'gate', 'deploy', 'register', 'cleanup', 'group'] as const;
type StepName = (typeof STEP_NAMES)[number];

/** One step of a pipeline, in the folders of its container; why it failed goes to the job's exit message. */
export async function step(name: string, flags: StepFlags): Promise<number> {
  const folders = stepFolders(flags.mlRoot);
  const progress = ProgressLine.onStderr('plain');
  const note = (text: string): void => progress.note(text);
  const { signal, stop, dispose } = onInterrupt(note, {
    waitsFor: () => (PAID_STEPS.has(name) ? 'what the step made on SageMaker to be deleted' : undefined),
  });
  const isPaid = PAID_STEPS.has(name);
  endWithParent(isPaid ? stop : () => process.exit(EXIT.interrupted), { isForced: !isPaid });
  try {
    const known = STEP_NAMES.find((each) => each === name);
    if (known === undefined)
      throw new AssayError('USAGE', `there is no step "${name}"`, { hint: `Steps: ${STEP_NAMES.join(', ')}.` });
    const { host, hosts } = await readHost(folders);
    note(`${known} on ${host}, one of ${hosts.length}`);
    const config = await readStepConfig(folders);
    return await runKind(known, { flags, folders, config, hosts: hosts.length, signal, note, progress });
  } catch (thrown) {
    const { code, message } = toAssayError(thrown, 'RUNNER_FAILED');
    await writeExitMessage(folders, `${code} ${message}`).catch(() => {});
    return printError(thrown);
  } finally {
    dispose();
  }
}

async function runKind(name: StepName, step: Step): Promise<number> {
  switch (name) {
    case 'gate':
      return checkDecision(step);
    case 'deploy':
      await deploy(step);
      return EXIT.passed;
    case 'register':
      await register(step);
      return EXIT.passed;
    case 'cleanup':
      await cleanup(step);
      return EXIT.passed;
    case 'group':
      return group(step);
    default:
      await runPortable(name, step);
      if (process.env[STEP_PUBLISH_VARIABLE] === 'true') await publish(step);
      return EXIT.passed;
  }
}

async function runPortable(name: PortableStep, step: Step): Promise<void> {
  const { flags, folders, config, signal, note, progress } = step;
  await requireReach(config.loaded, stepReach(config));
  const composition = composeRun(config.loaded, {
    notices: progress,
    settings: { ...openSettings(config), allowHost: config.settings.allowHost },
    aws: awsOf(config),
    runId: flags.runId,
    owner: ownerOf(config),
    endpoint: { modelData: flags.modelData, isShared: step.hosts > 1 },
    // The first step looks at the source; the others see what it saw.
    refresh: name === 'preprocess' ? 'folders' : false,
    signal,
  });
  const { place, openHelper, describeHelper, fetchRemote } = composition;
  // Named after the execution, so that its sweep finds what this step creates.
  place.settle(join(folders.output, flags.runId), signal);
  const { shards, modelIndex, runId } = flags;
  await runStep(
    name,
    { ...(shards === undefined ? {} : { shards }), ...(modelIndex === undefined ? {} : { modelIndex }), runId },
    {
      ...{ folders, config, signal, hooks: progress.hooks },
      openRunner: (model) => openStepRunner(model, step, composition),
      ...{ openHelper, describeHelper, fetchRemote },
      restoreShards: (shards) => restore(shards, step),
      writeReport: (folder) => writeRunReport(folder, folder.report, note),
    },
  );
}

/** What an earlier try of the job uploaded before its container was lost. */
async function restore(shards: readonly string[], { folders, config, signal, note }: Step): Promise<void> {
  const resultsUri = process.env[STEP_RESULTS_VARIABLE];
  if (resultsUri === undefined) return;
  const { AwsConnection, restoreShards } = await awsServices();
  const connection = new AwsConnection(await awsSettings(config));
  try {
    const files = await restoreShards(connection, shards, { resultsUri, folder: folders.output, signal });
    if (files > 0) note(`continuing with ${files} files of an earlier try`);
  } finally {
    await connection.close();
  }
}

/** A model on SageMaker is at the endpoint that the deploy step named after model and execution. */
async function openStepRunner(
  model: ResolvedModel,
  { flags, folders }: Step,
  { openRunner }: Composition,
): Promise<Runner> {
  if (model.runner !== 'sagemaker') return openRunner(model);
  const { ownedNames } = await awsServices();
  await mkdir(join(folders.output, flags.runId), { recursive: true });
  const endpoint = ownedNames(model, flags.runId).endpoint;
  return openRunner({ ...model, sagemaker: { ...model.sagemaker, endpoint_name: endpoint } });
}

/** The merged run's figures, where the config asks for it. */
async function publish({ folders, config, note }: Step): Promise<void> {
  const { aws } = config.loaded.config;
  const { summary } = await readRun(runFolder(folders.output));
  await publishIfAsked(summary, { folder: 'RUN', aws, selection: openSettings(config), note });
}

async function checkDecision({ folders, note }: Step): Promise<number> {
  const { passed, reason } = await readDecision(folders.input('decision'));
  note(reason);
  if (passed) return EXIT.passed;
  await writeExitMessage(folders, reason);
  return EXIT.gateFailed;
}

async function group({ flags, folders, config, signal, note }: Step): Promise<number> {
  const { name, runId, registry } = flags;
  if (name === undefined) throw new AssayError('USAGE', 'group needs --name');
  const { code, reason } = await runGroup({ ...{ name, folders, config, runId, registry, signal, note } });
  if (reason !== null) await writeExitMessage(folders, reason);
  return code;
}

async function deploy({ flags, folders, config, signal, note }: Step): Promise<void> {
  const { deployStep } = await awsServices();
  const { prices } = config.loaded.config;
  const index = modelIndexOf(flags.modelIndex);
  const result = await deployStep(sagemakerModel(config, index), {
    ...(await awsSettings(config, index)),
    runId: flags.runId,
    owner: ownerOf(config),
    outputFolder: folders.output,
    aws: awsOf(config),
    acceptEula: config.settings.acceptEula,
    roleArn: config.settings.roleArn,
    modelData: flags.modelData,
    // A price file stays on the machine that started the pipeline; a table in the config comes along.
    prices: typeof prices === 'string' ? undefined : prices,
    signal,
    hooks: {
      onNotice: ({ model, text }) => note(`${model}: ${text}`),
      onKept: ({ endpoint, hourlyCost, command }) =>
        note(`will keep endpoint ${endpoint} (${hourlyCost}); remove it with: ${command}`),
      onCreating: ({ kind, name }) => note(`creating ${kind} ${name}`),
      onTakenOver: ({ endpoint }) => note(`${endpoint} is of an earlier try: continuing with it`),
      onEndpoint: ({ endpoint, status }) => note(`${endpoint} is ${status}`),
      onDeleted: ({ kind, name }) => note(`deleted ${kind} ${name}`),
    },
  });
  note(`${result.endpoint} ${result.isOwned ? 'is up' : 'was there before: it will stay'}`);
}

async function cleanup({ flags, config, note }: Step): Promise<void> {
  const { cleanupStep } = await awsServices();
  const index = modelIndexOf(flags.modelIndex);
  const settings = await awsSettings(config, index);
  const deleted = await cleanupStep(sagemakerModel(config, index), { ...settings, runId: flags.runId });
  for (const name of deleted) note(`deleted ${name}`);
  if (deleted.length === 0) note('nothing of this run to delete');
}
