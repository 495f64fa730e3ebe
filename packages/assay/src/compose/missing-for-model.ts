import { localModels } from './optional-package.ts';

/** What a first config names, known also where nothing of it is installed. */
const FIRST_MODEL = 'SmolLM2-135M-Instruct';

/** The npm packages that are not here and that a run of a local model needs: a name, a hub's id or a folder. */
export async function missingForModel(model: string): Promise<readonly string[]> {
  const local = await localModels().catch(() => undefined);
  if (local === undefined)
    return ['@assay/runner-local', ...(model === FIRST_MODEL ? [`@assay/model-${FIRST_MODEL.toLowerCase()}`] : [])];
  const embedded = local.EMBEDDED_MODELS.find(({ name, ids }) => name === model || ids.includes(model));
  if (embedded === undefined || local.knownModelNames().includes(model)) return [];
  return [local.modelPackage(embedded.name)];
}
