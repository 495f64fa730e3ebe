import { relative, resolve } from 'node:path';
import { AssayError, isCodeModule, isInside, type ResolvedModel, realPath, type ValidConfig } from 'assay/internal';

/** A module that steps on other machines run, by its path from the config. */
export interface CodeFile {
  readonly path: string;
  readonly file: string;
}

/**
 * The modules that a config names, which go to SageMaker with it. What they import does not: they stand alone.
 * @throws AssayError CONFIG_INVALID for one that does not lie below the config's folder
 */
export function codeFiles({ config, baseDir, placeOf }: ValidConfig, models: readonly ResolvedModel[]): CodeFile[] {
  const named = [
    ...config.algorithms.flatMap(({ module = '' }, index) =>
      isCodeModule(module) ? [{ module, at: placeOf(['algorithms', index, 'module']) }] : [],
    ),
    ...models.flatMap((model) =>
      model.runner === 'module' ? [{ module: model.module.file, at: placeOf(['models', model.index, 'module']) }] : [],
    ),
  ];
  const paths = new Map(named.map((each) => [each.module, each]));
  return [...paths.values()].map(({ module, at }) => {
    const file = resolve(baseDir, module);
    if (!isInside(realPath(file), realPath(baseDir)))
      throw new AssayError('CONFIG_INVALID', `${module} does not lie below the config: it cannot go to SageMaker`, {
        at,
        hint: 'Put the module into the folder of the config',
      });
    return { path: relative(baseDir, file).replaceAll('\\', '/'), file };
  });
}
