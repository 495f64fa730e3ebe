import { fromFloat16 } from '../../layouts/float16.ts';
import type { NodeProto, TensorProto } from '../generated/onnx_pb.ts';
import { attribute, type OnnxGraph, tensorAttribute } from '../onnx/onnx-graph.ts';
import { typedTensor } from '../onnx/read-onnx.ts';
import { ELEMENT, tensorBytes } from '../onnx/tensor-source.ts';

const HALVES: readonly number[] = [ELEMENT.float16, ELEMENT.bfloat16];

/**
 * Lets a half-precision graph compute in fp32, which is what CPU kernels do anyway: half weights stay half on disk and
 * are widened when the session is made; a table that is only looked up is widened a row at a time.
 */
export function halfToFloat(graph: OnnxGraph): void {
  for (const node of [...graph.nodes]) widenAttributes(node);
  for (const [name, tensor] of [...graph.initializers]) {
    if (!HALVES.includes(tensor.type)) continue;
    const half = `${name}.half`;
    graph.initializers.delete(name);
    graph.initializers.set(half, tensor);
    for (const node of graph.consumers(name)) {
      if (node.opType === 'Gather' && node.input[0] === name) widenLookup(graph, node, half);
    }
    if (graph.consumers(name).length > 0) {
      graph.op('Cast', [half], name, { attributes: { to: BigInt(ELEMENT.float) } });
    }
  }
}

function widenLookup(graph: OnnxGraph, node: NodeProto, half: string): void {
  const output = node.output[0]!;
  graph.removeNode(node);
  node.input[0] = half;
  node.output[0] = `${output}.half`;
  graph.addNode(node);
  graph.op('Cast', [`${output}.half`], output, { attributes: { to: BigInt(ELEMENT.float) } });
}

function widenAttributes(node: NodeProto): void {
  const to = attribute(node, 'to');
  if (to !== undefined && HALVES.includes(Number(to.i))) to.i = BigInt(ELEMENT.float);
  const value = attribute(node, 'value');
  if (value?.t !== undefined && HALVES.includes(value.t.dataType)) value.t = widened(value.t);
}

function widened(tensor: TensorProto): TensorProto {
  const source = typedTensor(tensor);
  const bits = new Uint16Array(tensorBytes(source).buffer);
  const values =
    source.type === ELEMENT.float16
      ? fromFloat16(bits)
      : new Float32Array(Uint32Array.from(bits, (half) => half * 65_536).buffer);
  return tensorAttribute(ELEMENT.float, source.dims, new Uint8Array(values.buffer));
}
