/** Number formats of published ONNX weights, as transformers.js names them. */
export const DTYPES = [
  'q4',
  'q8',
  'int8',
  'uint8',
  'q4f16',
  'bnb4',
  'fp16',
  'fp32',
  'q2',
  'q2f16',
  'q1',
  'q1f16',
] as const;
export type Dtype = (typeof DTYPES)[number];

/** What a format adds to a graph's file name. */
export const DTYPE_SUFFIX: Readonly<Record<Dtype, string>> = {
  q4: '_q4',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
  fp16: '_fp16',
  fp32: '',
  q2: '_q2',
  q2f16: '_q2f16',
  q1: '_q1',
  q1f16: '_q1f16',
};

/**
 * Formats in order of preference, for what is downloaded and for what is opened. Generation is bound by memory, so text
 * models take 4 bits first; late come those with 8 bits, whose usual exports round activations over the whole
 * batch, so that only one sequence may run at a time. An encoder is not bound by memory, and 8 bits keep its vectors
 * nearer than 4. One and two bits are taken only where there is nothing else: few models were made for them.
 */
export const PREFERRED_DTYPES: Readonly<Record<'text' | 'encoder', readonly Dtype[]>> = {
  text: ['q4', 'q4f16', 'fp16', 'fp32', 'bnb4', 'q8', 'int8', 'uint8', 'q2', 'q2f16', 'q1', 'q1f16'],
  encoder: ['q8', 'int8', 'fp32', 'fp16', 'q4', 'q4f16', 'uint8', 'bnb4', 'q2', 'q2f16', 'q1', 'q1f16'],
};
