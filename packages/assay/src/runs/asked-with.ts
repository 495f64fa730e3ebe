import {
  isAssayError,
  parseConfig,
  type RegisteredModel,
  type RunFolder,
  readManifest,
  requireValid,
  resolveModels,
} from '@assay/core';

/** What a run asked a model with, by its own config; nothing where that does not say it. */
export async function askedWith(
  folder: RunFolder,
  name: string,
): Promise<Pick<RegisteredModel, 'prompt' | 'parameters'>> {
  const { configText, configFile } = await readManifest(folder);
  try {
    const model = resolveModels(requireValid(parseConfig(configText, configFile))).find((each) => each.name === name);
    if (model === undefined) return {};
    const { templatePath: _, ...prompt } = model.prompt;
    return { prompt, parameters: { ...model.inferenceParameters, ...model.generate } };
  } catch (thrown) {
    // Models of a run with --runner or --local-model may have no block of their own.
    if (isAssayError(thrown)) return {};
    throw thrown;
  }
}
