import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '@assay/core/errors';
import { fromFloat16 } from '../layouts/float16.ts';
import { readModelJson } from '../models/model-config.ts';

/** A layer behind the pooling, f(W·x + b), as sentence-transformers has it in a folder such as `2_Dense`. */
export interface DenseHead {
  readonly inputs: number;
  readonly outputs: number;
  /** Row after row: [outputs, inputs]. */
  readonly weight: Float32Array;
  readonly bias: Float32Array | undefined;
  readonly activation: (value: number) => number;
}

const WEIGHTS = 'model.safetensors';
const MOST_BYTES = 2 ** 28;
/** By the last word of torch's name. */
const ACTIVATIONS: Readonly<Record<string, (value: number) => number>> = {
  Identity: (value) => value,
  Tanh: Math.tanh,
  ReLU: (value) => Math.max(0, value),
  Sigmoid: (value) => 1 / (1 + Math.exp(-value)),
};

/**
 * Reads dense layers that lie beside the graph, in their order.
 * @param paths of their folders, within the model's
 * @returns undefined where one of them is of another kind, so that only the graph itself could hold it
 * @throws AssayError MODEL_LOAD where weights do not fit the config, or one layer does not fit the next
 * @see https://sbert.net/docs/package_reference/sentence_transformer/models.html
 */
export async function readDenseHeads(folder: string, paths: readonly string[]): Promise<DenseHead[] | undefined> {
  const heads: DenseHead[] = [];
  for (const path of paths) {
    const head = await readHead(folder, path);
    if (head === undefined) return undefined;
    const before = heads.at(-1);
    if (before !== undefined && before.outputs !== head.inputs) {
      const message = `${path} takes ${head.inputs} numbers, and the layer before it gives ${before.outputs}`;
      throw new AssayError('MODEL_LOAD', message, { at: { file: join(folder, path, 'config.json') } });
    }
    heads.push(head);
  }
  return heads;
}

/** @param vector as pooled; of another length than the first layer takes it is an error */
export function throughHeads(vector: Float32Array, heads: readonly DenseHead[]): Float32Array {
  return heads.reduce((input, { inputs, outputs, weight, bias, activation }) => {
    if (input.length !== inputs) {
      throw new AssayError(
        'MODEL_LOAD',
        `a dense layer takes ${inputs} numbers, and the pooling gives ${input.length}`,
      );
    }
    return Float32Array.from({ length: outputs }, (_, row) => {
      let sum = bias?.[row] ?? 0;
      for (let at = 0; at < inputs; at++) sum += weight[row * inputs + at]! * input[at]!;
      return activation(sum);
    });
  }, vector);
}

async function readHead(folder: string, path: string): Promise<DenseHead | undefined> {
  // Data from elsewhere: it may name no folder outside its own.
  if (!/^\w[\w-]*$/.test(path)) return undefined;
  const file = join(folder, path, WEIGHTS);
  const config = readModelJson(folder, `${path}/config.json`);
  const activation = ACTIVATIONS[String(config?.activation_function).split('.').at(-1) ?? ''];
  const { in_features: inputs, out_features: outputs, module_input_name: taken = 'sentence_embedding' } = config ?? {};
  if (!existsSync(file) || activation === undefined || taken !== 'sentence_embedding') return undefined;
  const read = await floatsOf(file);
  const weight = read.get('linear.weight');
  const bias = read.get('linear.bias');
  const fits =
    Number(inputs) > 0 &&
    Number(outputs) > 0 &&
    isOf(weight?.dims, [outputs, inputs]) &&
    (bias === undefined ? config?.bias === false : isOf(bias.dims, [outputs]));
  if (weight !== undefined && fits) {
    return { inputs: Number(inputs), outputs: Number(outputs), weight: weight.values, bias: bias?.values, activation };
  }
  const message = `${WEIGHTS} of ${path} does not hold a layer of ${String(inputs)} to ${String(outputs)} numbers`;
  throw new AssayError('MODEL_LOAD', message, { at: { file }, hint: 'fetch the model again' });
}

function isOf(dims: readonly number[] | undefined, wanted: readonly unknown[]): boolean {
  return dims?.length === wanted.length && dims.every((dim, at) => dim === wanted[at]);
}

/** The tensors of a small safetensors file, in fp32. */
async function floatsOf(file: string): Promise<ReadonlyMap<string, { dims: readonly number[]; values: Float32Array }>> {
  if (statSync(file).size > MOST_BYTES) {
    throw new AssayError('MODEL_LOAD', `${file} is larger than any dense layer`, { at: { file } });
  }
  // Most encoders have no such layer, and do without the reader.
  const { readSafetensors } = await import('../convert/safetensors/read-safetensors.ts');
  const tensors = readSafetensors(file);
  const all = readFileSync(file);
  return new Map(
    tensors.map(({ name, dims, dtype, offset }) => {
      const count = dims.reduce((product, dim) => product * dim, 1);
      const bytes = Uint8Array.from(all.subarray(offset, offset + count * (dtype === 'F32' ? 4 : 2)));
      return [name, { dims, values: asFloats(dtype, bytes) }];
    }),
  );
}

function asFloats(dtype: string, { buffer }: Uint8Array<ArrayBuffer>): Float32Array {
  if (dtype === 'F32') return new Float32Array(buffer);
  const halves = new Uint16Array(buffer);
  if (dtype === 'F16') return fromFloat16(halves);
  return new Float32Array(Uint32Array.from(halves, (half) => half * 65_536).buffer);
}
