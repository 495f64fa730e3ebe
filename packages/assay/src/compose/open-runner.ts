import { AssayError, type HttpBlock, type ResolvedModel, type Runner } from '@assay/core';
import { ownRunner } from '../own/own-runner.ts';
import { besideConfig } from './beside-config.ts';
import { openBatches, openBedrockBatches } from './open-batches.ts';
import type { OpenContext } from './open-context.ts';
import { openLocal } from './open-local.ts';
import { openSagemakerModel } from './open-sagemaker-model.ts';
import { awsServices } from './optional-package.ts';
import { waitNotices } from './wait-notices.ts';

/** Opens what answers for a model. Each runner's package is loaded only here, only when a config names it. */
export async function openRunner(model: ResolvedModel, context: OpenContext): Promise<Runner> {
  const { costs } = context;
  costs?.checkTokens(model);
  const runner = await openBare(model, context);
  return costs === undefined ? runner : costs.metered(runner, model);
}

/** How requests of an own shape are sent: what few of them need is loaded for these alone. */
async function transport({ signature, tls }: HttpBlock, { baseDir, env, fetch }: OpenContext): Promise<object> {
  const sign =
    signature === undefined ? undefined : (await import('../own/http-signature.ts')).requestSigner(signature, baseDir);
  const ask = tls === undefined ? fetch : (await import('../own/http-tls.ts')).fetchWithTls(tls, baseDir, env);
  return { ask, sign };
}

async function openBare(model: ResolvedModel, context: OpenContext): Promise<Runner> {
  const { baseDir, aws, settings } = context;
  const { maxConcurrency: concurrency } = settings;
  switch (model.runner) {
    case 'local':
      return openLocal(model, context);
    case 'scripted': {
      const { createScriptedRunner } = await import('@assay/core');
      const { answers, delay_ms: delayMs, otherwise } = model.scripted;
      const atOnce = concurrency ?? model.scripted.concurrency;
      return createScriptedRunner({ answers: besideConfig(answers, baseDir), delayMs, otherwise, concurrency: atOnce });
    }
    case 'openai': {
      // Without a run, as in `plan`, nothing is sent that would be waited for until tomorrow.
      if (model.openai.mode === 'batch' && context.place.folder !== '') return openBatches(model, context);
      const { openOpenaiRunner } = await import('@assay/core');
      return openOpenaiRunner(model, {
        concurrency,
        endpoints: context.endpoints,
        hooks: waitNotices(context.notices, model.name),
        fetch: context.fetch,
      });
    }
    case 'bedrock': {
      if (model.bedrock.mode === 'batch' && context.place.folder !== '') return openBedrockBatches(model, context);
      const { createBedrockRunner, resolveAwsSettings } = await awsServices();
      const found = await resolveAwsSettings({ ...settings, aws, modelRegion: model.bedrock.region });
      return createBedrockRunner(model, { ...found, concurrency });
    }
    case 'sagemaker':
      return openSagemakerModel(model, context);
    case 'http': {
      const { httpModel } = await import('../own/http-model.ts');
      const { onWait } = waitNotices(context.notices, model.name);
      return ownRunner(httpModel(model.http, context.env, onWait, await transport(model.http, context)), concurrency);
    }
    case 'exec': {
      const { execModel } = await import('../own/exec-model.ts');
      context.notices.note(`${model.name} runs the command ${model.exec.command.join(' ')}`);
      return ownRunner(execModel(model.exec, baseDir), concurrency);
    }
    case 'module': {
      const { moduleModel } = await import('../own/module-model.ts');
      const own = await moduleModel(model.module, baseDir);
      context.notices.note(`${model.name} runs the code in ${model.module.file} (${own.id})`);
      return ownRunner(own, concurrency);
    }
    case 'code': {
      const own = context.ownModels.get(model.code.id);
      if (own !== undefined) return ownRunner(own, concurrency);
      throw new AssayError(
        'CONFIG_INVALID',
        `the model ${model.code.id} was brought by a program, which is not this one`,
        {
          hint: 'run that program again: it calls evaluate() with the model',
        },
      );
    }
    case 'outputs':
      throw new AssayError('RUNNER_CAPABILITY', 'the dataset holds the outputs: there is no model to open');
  }
}
