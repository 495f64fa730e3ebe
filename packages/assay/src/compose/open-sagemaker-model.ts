import { basename, join } from 'node:path';
import type { Instances, ResolvedModel, Runner } from '@assay/core';
import type { OpenContext } from './open-context.ts';
import { awsServices } from './optional-package.ts';
import { owner } from './owner.ts';

type SagemakerModel = Extract<ResolvedModel, { runner: 'sagemaker' }>;

/** An endpoint or a transform job; what it creates is listed in the run's folder, said, and charged for. */
export async function openSagemakerModel(model: SagemakerModel, context: OpenContext): Promise<Runner> {
  const { aws, settings, notices, place } = context;
  const { LEDGER_FILE, openSageMakerRunner, ownershipId, resolveAwsSettings } = await awsServices();
  const ledgerFile = join(place.folder, LEDGER_FILE);
  const costed = costedInstances(context);
  const isPaid = (kind: string): boolean => kind === 'endpoint' || kind === 'transform-job';
  return openSageMakerRunner(model, {
    ...(await resolveAwsSettings({ ...settings, aws, modelRegion: model.sagemaker.region })),
    concurrency: settings.maxConcurrency,
    endpoints: context.endpoints,
    runId: context.runId ?? (await ownershipId(ledgerFile, basename(place.folder))),
    ledgerFile,
    owner: context.owner ?? owner(),
    ...{ aws, foreignBuckets: context.foreignBuckets },
    roleArn: settings.roleArn,
    acceptEula: settings.acceptEula === true ? true : undefined,
    prices: context.costs?.prices,
    signal: place.signal,
    ...context.endpoint,
    deployHooks: {
      onNotice: ({ model: of, text }) => notices.note(`${of}: ${text}`),
      onPlanned: costed.plan,
      onCreating: ({ kind, name }) => {
        notices.note(`creating ${kind} ${name}`);
        if (isPaid(kind)) costed.start(name);
      },
      onTakenOver: ({ endpoint }) => {
        notices.note(`endpoint ${endpoint} is this run's own: continuing with it`);
        costed.start(endpoint);
      },
      onJob: ({ job, status, elapsedMs }) => {
        notices.note(`transform job ${job} is ${status} after ${Math.round(elapsedMs / 1000)} s`);
        if (status !== 'InProgress' && status !== 'Stopping') costed.stop(job);
      },
      onEndpoint: ({ endpoint, status, elapsedMs }) =>
        notices.note(`${endpoint} is ${status} after ${Math.round(elapsedMs / 1000)} s`),
      onDeleted: ({ kind, name }) => {
        notices.note(`${kind === 'transform-job' ? 'stopped' : 'deleted'} ${kind} ${name}`);
        if (isPaid(kind)) costed.stop(name);
      },
      onKept: ({ endpoint, hourlyCost, command }) =>
        notices.note(`kept endpoint ${endpoint} (${hourlyCost}); remove it with: ${command}`),
      onLeft: ({ kind, name, error }) =>
        notices.note(`could not delete ${kind} ${name}: ${error.message}; \`assay pipeline sweep\` will`),
    },
  });
}

/** Says what an endpoint costs before it is created, and charges for it until it is deleted. */
function costedInstances({ costs, notices }: OpenContext): {
  readonly plan: (event: { readonly name: string; readonly instances: Instances }) => void;
  readonly start: (name: string) => void;
  readonly stop: (name: string) => void;
} {
  const planned = new Map<string, Instances>();
  return {
    plan: ({ name, instances }) => {
      planned.set(name, instances);
      if (costs !== undefined) notices.note(`estimate ${name}: ${costs.estimate(instances)}`);
    },
    start: (name) => {
      const instances = planned.get(name);
      if (instances !== undefined) costs?.start(name, instances);
    },
    stop: (name) => costs?.stop(name),
  };
}
