import { join } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { addsPairsNarrowly } from '../../runtime/integer-units.ts';
import { openSession } from '../../runtime/open-session.ts';
import { MICROSOFT, OnnxGraph } from '../onnx/onnx-graph.ts';
import { ELEMENT } from '../onnx/tensor-source.ts';
import { writeOnnx } from '../onnx/write-onnx.ts';
import { addIntegerProduct, quantiseInput } from './integer-product.ts';

const [K, N] = [64, 16];

/** x times weights that are all as large as they can be, by the graph's operators. */
async function product(x: Float32Array, isUnsigned: boolean): Promise<number[]> {
  const graph = new OnnxGraph();
  graph.opsets.set('', 17).set(MICROSOFT, 1);
  graph.input('x', ELEMENT.float, ['rows', K]);
  graph.output('y', ELEMENT.float, ['rows', N]);
  const steps = { kind: 'static', smoothing: new Float32Array(K).fill(1), kept: [], step: 1 } as const;
  const weights = {
    values: new Int8Array(K * N).fill(127),
    scales: new Float32Array(N).fill(1),
    kept: new Float32Array(),
    bias: new Float32Array(N),
  };
  addIntegerProduct(graph, quantiseInput(graph, 'x', steps, 'x8'), weights, 'y', isUnsigned);
  const path = join(temporaryFolder(), 'product.onnx');
  await writeOnnx(path, graph, [...graph.nodes]);
  const session = await openSession(path);
  onTestFinished(() => session.release());
  const { y } = await session.run({ x: new Tensor('float32', x, [x.length / K, K]) });
  return [...(y!.data as Float32Array)];
}

it('sums of the largest whole numbers are exact on this processor, for one row and for many', async () => {
  for (const isUnsigned of new Set([addsPairsNarrowly(), true])) {
    for (const rows of [1, 7, 64]) {
      const sums = await product(new Float32Array(rows * K).fill(127), isUnsigned);
      expect(new Set(sums)).toEqual(new Set([K * 127 * 127]));
    }
  }
});
