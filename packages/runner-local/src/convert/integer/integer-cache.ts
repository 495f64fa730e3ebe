import type { OnnxGraph } from '../onnx/onnx-graph.ts';
import { ELEMENT } from '../onnx/tensor-source.ts';
import type { SlimShape } from '../slim/slim-frame.ts';
import { cannotQuantise } from './cannot-quantise.ts';
import { type AttentionSteps, Moved, replace } from './integer-attention.ts';

/**
 * Lets a slim graph give and take keys and values in eight bits: keys as [B,keyHeads,headSize,T].
 * @param steps of each layer
 * @param fixed values that do not depend on inputs
 * @throws AssayError MODEL_UNSUPPORTED where `new_kv` is not joined of all layers' keys and values
 */
export function narrowCache(
  graph: OnnxGraph,
  { keyHeads, headSize, layers }: SlimShape,
  steps: readonly AttentionSteps[],
  fixed: ReadonlySet<string>,
  path: string,
): void {
  const moved = new Moved(graph, fixed);
  const joined = graph.producer(graph.producer('new_kv')?.input[0] ?? '');
  if (joined?.opType !== 'Concat' || joined.input.length !== 2 * layers)
    throw cannotQuantise(path, 'its new keys and values are not joined as in the slim layout');
  const news = joined.input.map((name, at) => moved.signed(name, at % 2 === 0 ? steps[at >> 1]!.k : steps[at >> 1]!.v));
  replace(graph, joined.output[0]!, 'Concat', news, { axis: -1n });
  graph.inputs = graph.inputs.filter(({ name }) => !name.startsWith('past_key_values.'));
  for (let layer = 0; layer < layers; layer++) {
    const [key, value] = [`past_key_values.${layer}.key`, `past_key_values.${layer}.value`];
    graph.input(key, ELEMENT.int8, ['B', keyHeads, headSize, 'T']);
    graph.input(value, ELEMENT.int8, ['B', keyHeads, 'T', headSize]);
    const sizes = graph.consumers(key).filter(({ opType }) => opType === 'Shape');
    graph.redirect(key, value, sizes);
  }
  graph.outputs = graph.outputs.filter(({ name }) => name !== 'new_kv');
  graph.output('new_kv', ELEMENT.int8, ['B', 'S', layers, 2, keyHeads, headSize]);
}
