import type { OnnxGraph } from '../onnx/onnx-graph.ts';
import { ELEMENT } from '../onnx/tensor-source.ts';

/**
 * The hidden states of the wanted rows only, so that the output layer is computed for no others.
 * @param rank of what the output layer reads: 3 keeps a batch axis of 1
 * @returns [1,R,hiddenSize] or [R,hiddenSize]
 */
export function addWantedRows(graph: OnnxGraph, hidden: string, hiddenSize: number, rank: 2 | 3): string {
  const flat = graph.op('Reshape', [hidden, graph.integers('slim.flat', [-1, hiddenSize])], 'slim.hidden_flat');
  const rows = graph.op('Gather', [flat, 'rows'], 'slim.hidden_rows', { attributes: { axis: 0n } });
  return rank === 2 ? rows : graph.op('Unsqueeze', [rows, graph.integers('slim.axis0', [0])], 'slim.hidden_rows3');
}

/** The best `k` of each wanted row and the target's log-probability, from logits of [1,R,V] or [R,V]. */
export function addDistributions(graph: OnnxGraph, logits: string, rank: 2 | 3): void {
  const axis1 = graph.integers('slim.axis1', [1]);
  const rows =
    rank === 2 ? logits : graph.op('Squeeze', [logits, graph.integers('slim.axis0', [0])], 'slim.logits_rows');
  graph.op('LogSoftmax', [rows], 'slim.log_probabilities', { attributes: { axis: -1n } });
  graph.op('TopK', [rows, 'k'], ['top_logits', 'top_ids'], { attributes: { axis: -1n } });
  const gather = (indices: string, output: string): string =>
    graph.op('GatherElements', ['slim.log_probabilities', indices], output, { attributes: { axis: 1n } });
  gather('top_ids', 'top_logprobs');
  const targets = graph.op('Unsqueeze', ['targets', axis1], 'slim.targets1');
  graph.op('Squeeze', [gather(targets, 'slim.target_logprobs1'), axis1], 'target_logprobs');
  graph.output('top_logits', ELEMENT.float, ['R', 'k']);
  graph.output('top_logprobs', ELEMENT.float, ['R', 'k']);
  graph.output('top_ids', ELEMENT.int64, ['R', 'k']);
  graph.output('target_logprobs', ELEMENT.float, ['R']);
}
