import { AssayError, type Clock } from '@assay/core';
import { type CreateContext, createModelInput } from '../deploy/create-inputs.ts';
import type { DeployHooks } from '../deploy/deploy-hooks.ts';
import type { DeploymentPlan } from '../deploy/deployment-plan.ts';
import { type Begun, teardown } from '../deploy/teardown.ts';
import type { ControlCalls } from '../ownership/control-calls.ts';
import { findResource, tagsOf } from '../ownership/owned-resource.ts';
import { RUN_TAG } from '../ownership/owned-tags.ts';
import type { OwnershipLedger } from '../ownership/ownership-ledger.ts';

export interface OwnedModelOptions {
  readonly calls: ControlCalls;
  readonly ledger: OwnershipLedger;
  readonly runId: string;
  readonly clock: Clock;
  readonly hooks: DeployHooks;
  readonly context: CreateContext;
}

/** The SageMaker model of a plan: the one that is there, or one that is created for the run and deleted by `close`. */
export class OwnedModel {
  readonly #plan: DeploymentPlan;
  readonly #options: OwnedModelOptions;
  #begun: Begun[] = [];

  constructor(plan: DeploymentPlan, options: OwnedModelOptions) {
    this.#plan = plan;
    this.#options = options;
  }

  /** @returns the model's name: that of an existing one, or `name` once it is created. @throws AssayError */
  async name(name: string, signal?: AbortSignal): Promise<string> {
    const { model, acceptEula, networkIsolation, tags, notices } = this.#plan;
    if (model.kind === 'existing') return model.modelName;
    if (this.#begun.some((begun) => begun.name === name)) return name;
    const { calls, ledger, runId, clock, hooks, context } = this.#options;
    const at = clock.now();
    const { region } = calls.connection;
    await ledger.append({ event: 'creating', kind: 'model', name, region, runId, at: new Date(at).toISOString() });
    this.#begun.push({ kind: 'model', name, at });
    for (const text of notices) hooks.onNotice?.({ model: name, text });
    hooks.onCreating?.({ kind: 'model', name });
    const { CreateModelCommand } = await import('@aws-sdk/client-sagemaker');
    const client = await calls.connection.sagemaker();
    const input = createModelInput(
      name,
      model,
      acceptEula,
      { ...context, tags: [...context.tags, ...tags] },
      networkIsolation,
    );
    await calls.call<unknown>(
      'CreateModel',
      name,
      (abortSignal) => client.send(new CreateModelCommand(input), { abortSignal }),
      {
        signal,
        recover: async (thrown) => {
          if (!/already exist/i.test((thrown as Error).message)) return undefined;
          // Of an earlier attempt, or of the run that this one resumes.
          const found = await findResource(calls, 'model', name);
          if (found === undefined || (await tagsOf(calls, found.arn))[RUN_TAG] === runId) return { value: undefined };
          throw new AssayError('AWS_SERVICE', `there is a model ${name} that is not of this run`);
        },
      },
    );
    return name;
  }

  /** Deletes what was created. Never throws: what is left is told, and swept later. */
  async close(): Promise<void> {
    const begun = this.#begun;
    this.#begun = [];
    await teardown(begun, this.#options);
  }
}
