import {
  errorFinding,
  type Finding,
  formatBytes,
  isAssayError,
  type ResolvedModel,
  type RunCheck,
  type ValidConfig,
} from '@assay/core';
import { besideConfig } from '../compose/beside-config.ts';
import { localModels } from '../compose/optional-package.ts';
import { type LocalKind, unanswerable } from './unanswerable.ts';

/** The hub is asked where a model is not here; who waits for `check` does not wait for it. */
const HUB_PATIENCE_MS = 5000;

export interface CheckedModel {
  readonly name: string;
  readonly runner: ResolvedModel['runner'];
  /** `here, 98 MB`, where that is known. */
  readonly where?: string;
}

/** Looks for what each model needs: local weights here or on the hub, files with scripted answers. Nothing is loaded. */
export async function checkModels(
  models: readonly ResolvedModel[],
  { baseDir, placeOf }: Pick<ValidConfig, 'baseDir' | 'placeOf'>,
  asked: RunCheck['asked'],
): Promise<{ readonly models: readonly CheckedModel[]; readonly findings: readonly Finding[] }> {
  const findings: Finding[] = [];
  const checked: CheckedModel[] = [];
  const told = new Set<number>();
  for (const model of models) {
    const { name, runner, index } = model;
    const at = placeOf(['models', index]);
    try {
      const found = await whereIs(model, baseDir);
      checked.push({ name, runner, ...(found.where === undefined ? {} : { where: found.where }) });
      if (told.has(index)) continue;
      if (found.note !== undefined)
        findings.push({ severity: 'note', code: 'MODEL_NOT_HERE', message: found.note, at });
      for (const problem of unanswerable(name, found.kind, asked)) findings.push(errorFinding(problem, at));
    } catch (thrown) {
      if (!isAssayError(thrown)) throw thrown;
      checked.push({ name, runner });
      if (!told.has(index)) findings.push(errorFinding(thrown, at));
    } finally {
      told.add(index);
    }
  }
  return { models: checked, findings };
}

interface Whereabouts {
  readonly where?: string;
  readonly note?: string;
  readonly kind?: LocalKind | undefined;
}

async function whereIs(model: ResolvedModel, baseDir: string): Promise<Whereabouts> {
  if (model.runner === 'scripted') {
    const { createScriptedRunner } = await import('@assay/core');
    await (await createScriptedRunner({ answers: besideConfig(model.scripted.answers, baseDir) })).close?.();
    return {};
  }
  if (model.runner !== 'local') return {};
  const { lookUpModel } = await localModels();
  const { model: id, revision } = model.local;
  const found = await lookUpModel(besideConfig(id, baseDir), {
    revision,
    signal: AbortSignal.timeout(HUB_PATIENCE_MS),
  });
  if (found.place === 'here') return { where: `here, ${formatBytes(found.bytes)}`, kind: found.kind };
  if (found.place === 'unknown')
    return {
      where: 'not here',
      note: `${id} is not on this machine, and whether it is on the hub is not known: ${found.why}${found.near === undefined ? '' : `; did you mean "${found.near}", which is here?`}`,
    };
  const size = found.bytes === undefined ? '' : ` (${formatBytes(found.bytes)})`;
  return { where: `on the hub${size}`, note: `${id} is not on this machine: a run downloads it${size}` };
}
