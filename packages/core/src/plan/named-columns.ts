import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { ResolvedModel } from '../config/resolve-runners.ts';
import { promptTemplateOf } from '../prompts/conversation-template.ts';
import { fieldsBeside } from '../prompts/fields-beside.ts';
import { fieldColumns } from '../prompts/prompt-template.ts';

/**
 * The columns that prompts, algorithms and `keep` name beside the keys of the dataset: formats by column read no others.
 * Undefined where any may be looked up: by code of the user's own, or by an expression that begins with none.
 * @throws AssayError PROMPT_TEMPLATE
 */
export function namedColumns(
  algorithms: readonly Pick<AlgorithmInstance, 'algorithm' | 'options'>[],
  models: readonly Pick<ResolvedModel, 'prompt' | 'runner'>[],
  kept: readonly string[] = [],
): readonly string[] | undefined {
  const named = models.flatMap((model) => [...promptTemplateOf(model.prompt).fields, ...fieldsBeside(model)]);
  const fields = new Set([...named, ...kept]);
  for (const { algorithm, options } of algorithms) {
    const own = algorithm.rowFields?.(options) ?? [];
    if (own === 'all') return undefined;
    for (const field of own) fields.add(field);
  }
  const columns = new Set<string>();
  for (const field of fields) {
    const needed = fieldColumns(field);
    if (needed === undefined) return undefined;
    for (const column of needed) columns.add(column);
  }
  return [...columns];
}
