import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { exportedDecoder } from '../../../test/exported-decoder.ts';
import { greedyBits } from '../../../test/greedy-bits.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { TINY_LLAMA } from '../../../test/tiny-llama.ts';
import { writeTinyLlama } from '../../../test/tiny-llama-export.ts';
import { openCausalModel } from '../../layouts/open-causal-model.ts';
import { slimFromExport } from '../export/slim-from-export.ts';
import { ValueInfoProtoSchema } from '../generated/onnx_pb.ts';
import { writeOnnx } from '../onnx/write-onnx.ts';
import { nameShapes } from './name-shapes.ts';

let path: string;

/** A tiny llama in the slim layout. */
beforeEach(async () => {
  const plain = join(temporaryFolder(), 'model.onnx');
  await writeTinyLlama(plain, TINY_LLAMA, 'sdpa', 'fp32');
  const { graph, nodes } = slimFromExport(plain, exportedDecoder(TINY_LLAMA));
  path = join(temporaryFolder(), 'slim.onnx');
  await writeOnnx(path, graph, nodes);
});

/** A copy of the graph with its shapes. */
async function named(): Promise<string> {
  const copy = join(temporaryFolder(), 'named.onnx');
  copyFileSync(path, copy);
  copyFileSync(`${path}_data`, join(dirname(copy), `${basename(path)}_data`));
  await nameShapes(copy);
  return copy;
}

/** Shapes in a model that has nothing else. */
function shapesIn(bytes: Uint8Array): Map<string, (string | number)[]> {
  const model = new BinaryReader(bytes);
  model.tag();
  const graph = new BinaryReader(model.bytes());
  const shapes = new Map<string, (string | number)[]>();
  while (graph.pos < graph.len) {
    graph.tag();
    const { name, type } = fromBinary(ValueInfoProtoSchema, graph.bytes());
    const dims = type?.tensorType?.shape?.dim ?? [];
    shapes.set(
      name,
      dims.map(({ value }) => (value.case === 'dimValue' ? Number(value.value) : String(value.value))),
    );
  }
  return shapes;
}

it('adds to the file what shape each value has, sizes that depend on the inputs by name, and leaves nothing else', async () => {
  const copy = await named();
  const [before, after] = [readFileSync(path), readFileSync(copy)];
  expect(after.subarray(0, before.length).equals(before)).toBe(true);
  const shapes = shapesIn(after.subarray(before.length));
  expect(shapes.size).toBeGreaterThan(50);
  expect([...shapes.values()].flat()).not.toContain('');
  const { heads, keyHeads, hiddenSize } = TINY_LLAMA;
  const all = [...shapes.values()].map((dims) => dims.join());
  // Rows and tokens; queries of a key head by past and new columns.
  expect(all).toContain(`size_2_3_3,size_5_11_11,${hiddenSize}`);
  const queries = [5, 11, 11].map((tokens) => (heads / keyHeads) * tokens).join('_');
  expect(all).toContain(`size_2_3_3,${keyHeads},size_${queries},size_18_40_40`);
  expect(readdirSync(dirname(copy)).sort()).toEqual(['named.onnx', 'slim.onnx_data']);
});

it('changes no bit of an answer, whatever rows, widths and cuts', async () => {
  const copy = await named();
  const { layers, keyHeads, headSize, vocabulary } = TINY_LLAMA;
  const sizes = { cache: { layers, heads: keyHeads, headSize }, vocabularySize: vocabulary, contextLength: 64 };
  const prompts = Array.from({ length: 12 }, (_, row) =>
    Array.from({ length: 1 + ((row * 5) % 13) }, (_, at) => (row * 7 + at * 11) % vocabulary),
  );
  const order = [...prompts.keys()];
  const answers = async (graph: string) => {
    const model = await openCausalModel({ name: 'tiny', graph, ...sizes });
    onTestFinished(() => model.close());
    const compositions = [{ batch: 12 }, { batch: 5, cut: 3 }, { batch: 1, spare: 20 }, { batch: 7, spare: 3 }];
    const found = [];
    for (const one of compositions) found.push(await greedyBits(model, prompts, 5, { order, ...one }));
    return found;
  };
  expect(await answers(copy)).toEqual(await answers(path));
});
