import type { ValidConfig } from '../config/load-config.ts';
import type { ResolvedModel } from '../config/resolve-runners.ts';
import { AssayError } from '../errors/assay-error.ts';

/** What can hold its answers to a form, and what has them already. */
const HOLDING: ReadonlySet<ResolvedModel['runner']> = new Set(['local', 'openai', 'scripted', 'outputs']);

/**
 * Whether every model can be held to the form that the config asks for: one that cannot would answer as it likes.
 * @throws AssayError CONFIG_INVALID
 */
export function checkForms({ config, placeOf }: ValidConfig, models: readonly ResolvedModel[]): void {
  const algorithm = config.algorithms.findIndex(({ json_schema: schema }) => schema !== undefined);
  for (const { name, index, runner, generate } of models) {
    if (HOLDING.has(runner)) continue;
    const isOwn = generate.constraint !== undefined;
    if (!isOwn && algorithm < 0) continue;
    const path = isOwn ? ['models', index, 'evaluation_config'] : ['algorithms', algorithm, 'json_schema'];
    throw new AssayError('CONFIG_INVALID', `${name} runs as ${runner}, which cannot hold answers to a form`, {
      at: placeOf(path),
      hint: 'Local models and OpenAI-compatible servers can: leave json_schema, regex and choices out, or use `--runner local`.',
    });
  }
}
