import type { InferenceSession } from 'onnxruntime-node';
import { elementOf, unsupported } from './graph-metadata.ts';
import type { StateShape } from './state-slots.ts';

/** A state that goes in as `past` and comes out as `present`. */
export interface GraphState extends StateShape {
  readonly past: string;
  readonly present: string;
  /** Of one sequence. */
  readonly dims: readonly number[];
}

/** Names of transformers.js, of onnxruntime-genai, and of those who take the caches' own. */
const STATES: readonly RegExp[] = [
  /^past_(conv|ssm|recurrent)\.\d+(\.(key|value|query))?$/,
  /^past\.\d+\.(conv|ssm|recurrent)$/,
  /^past_key_values\.\d+\.(conv|ssm|recurrent)_state$/,
];
/** Elements of one state of one sequence; the largest published ones have a few million. */
const MOST_ELEMENTS = 2 ** 26;

/** Whether an input is a state that begins as zeros. */
export function isState(name: string): boolean {
  return STATES.some((pattern) => pattern.test(name));
}

/** @throws AssayError MODEL_UNSUPPORTED for a state whose size the graph does not say, or of another type than fp32 and fp16 */
export function readStates(inputs: readonly InferenceSession.ValueMetadata[], file: string): GraphState[] {
  return inputs.flatMap((input) => (isState(input.name) ? [readState(input, file)] : []));
}

function readState(input: InferenceSession.ValueMetadata, file: string): GraphState {
  const { name } = input;
  const shape = input.isTensor ? input.shape : [];
  const dims = shape.slice(1).map((dim) => (typeof dim === 'number' && dim > 0 ? dim : Number.NaN));
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (dims.length === 0 || !(size <= MOST_ELEMENTS))
    throw unsupported(file, `the state ${name} has the shape [${shape.join(', ')}]`);
  return {
    past: name,
    present: name.replace(/^past(_key_values)?/, 'present'),
    dims,
    size,
    element: elementOf(input, file),
  };
}
