import { parseConfig, type ResolvedModel, requireValid, resolveRunners } from '@assay/core';

/** The first model of a config whose model block is given as YAML flow or block text, indented by four spaces. */
export function resolvedModel<K extends ResolvedModel['runner']>(
  runner: K,
  lines: string,
): Extract<ResolvedModel, { runner: K }> {
  const yaml = `dataset: { input_data_location: d.jsonl, model_input_key: q, target_output_key: a }
algorithms: [{ algorithm: FactualKnowledge }]
models:
  - name: m
${lines
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
`;
  const [model] = resolveRunners(requireValid(parseConfig(yaml, '/test/config.yaml')));
  if (model?.runner !== runner) throw new TypeError(`expected ${runner}, got ${model?.runner}`);
  return model as Extract<ResolvedModel, { runner: K }>;
}
