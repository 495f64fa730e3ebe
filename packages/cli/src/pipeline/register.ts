import {
  AssayError,
  askedWith,
  awsServices,
  type Manifest,
  readDecision,
  readManifest,
  readSummary,
  registerLocally,
  runFolder,
} from 'assay/internal';
import { modelIndexOf, type Step, sagemakerModel } from './started-step.ts';
import { awsSettings, ownerOf } from './step-aws.ts';

/** Registers the selected model, or the one that `--model-index` names. @throws AssayError RUN_NOTHING_TO_REGISTER */
export async function register({ flags, folders, config, note }: Step): Promise<void> {
  const { group, registry, runId } = flags;
  if (group === undefined) throw new AssayError('USAGE', 'register needs --group');
  const decision = await readDecision(folders.input('decision'));
  if (!decision.passed)
    throw new AssayError('RUN_NOTHING_TO_REGISTER', `nothing is registered: ${decision.reason}`, {
      hint: 'The gates of the config did not pass, or no model could be chosen.',
    });
  const run = runFolder(folders.input('run'));
  const summary = await readSummary(run.summary);
  const { models, model_registry: common } = config.loaded.config;
  const index =
    flags.modelIndex === undefined
      ? models.findIndex(({ name }) => name === decision.selection.model)
      : modelIndexOf(flags.modelIndex);
  const model = models[index]?.name;
  if (model === undefined) throw new AssayError('USAGE', `the config has no model ${index}`);
  const own = flags.modelIndex === undefined ? common : models[index]?.register_config;
  const groupDescription = own?.model_package_group_description;
  if (registry !== 'sagemaker') {
    const manifest: Manifest = await readManifest(run);
    const registered = await registerLocally({
      registry,
      group,
      groupDescription,
      model,
      manifest,
      summary,
      decidingScore: decision.selection.score,
      actor: { by: ownerOf(config), why: `pipeline ${runId}` },
      asked: await askedWith(run, model),
    });
    note(`registered ${model} as version ${registered.version} of ${group}`);
    return;
  }
  const { readDeployment, registerStep } = await awsServices();
  const deployment = await readDeployment(folders.input('deployments'), model);
  const { resultsUri } = config.settings;
  const arn = await registerStep(sagemakerModel(config, index), {
    ...(await awsSettings(config, index)),
    runId,
    owner: ownerOf(config),
    tags: config.loaded.config.aws?.tags,
    group,
    groupDescription,
    approvalStatus: own?.approval_status,
    summary,
    decision,
    container: deployment?.container ?? undefined,
    metricsUri: resultsUri === undefined ? undefined : `${resultsUri}/${runId}/metrics`,
    reportUri: resultsUri === undefined ? undefined : `${resultsUri}/${runId}/run/report.html`,
  });
  note(`registered ${model} as ${arn}`);
}
