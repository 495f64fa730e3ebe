import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { ResolvedModel } from '../config/resolve-runners.ts';
import { compilePromptTemplate, fieldColumns } from '../prompts/prompt-template.ts';

/**
 * The columns that prompts and algorithms name beside the keys of the dataset: formats by column read no others.
 * Undefined where any may be looked up: by code of the user's own, or by an expression that begins with none.
 * @throws AssayError PROMPT_TEMPLATE
 */
export function namedColumns(
  algorithms: readonly Pick<AlgorithmInstance, 'algorithm' | 'options'>[],
  models: readonly Pick<ResolvedModel, 'prompt'>[],
): readonly string[] | undefined {
  const fields = new Set(models.flatMap(({ prompt }) => compilePromptTemplate(prompt.template).fields));
  for (const { algorithm, options } of algorithms) {
    const own = algorithm.rowFields?.(options) ?? [];
    if (own === 'all') return undefined;
    for (const field of own) fields.add(field);
  }
  const columns = new Set<string>();
  for (const field of fields) {
    const named = fieldColumns(field);
    if (named === undefined) return undefined;
    for (const column of named) columns.add(column);
  }
  return [...columns];
}
