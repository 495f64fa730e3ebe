import { liveNodes } from '../src/convert/onnx/live-nodes.ts';
import { MICROSOFT, OnnxGraph } from '../src/convert/onnx/onnx-graph.ts';
import { ELEMENT, memoryTensor } from '../src/convert/onnx/tensor-source.ts';
import { writeOnnx } from '../src/convert/onnx/write-onnx.ts';

import { EPSILON, type TinyLlama, type TinyWeights, tinyWeights, toHalf } from './tiny-llama.ts';

/** `sdpa` and `eager` are what torch's exporter writes for the two; `fused` is GroupQueryAttention. */
export type AttentionStyle = 'sdpa' | 'eager' | 'fused';
export type TinyFormat = 'fp32' | 'fp16' | 'q8';

/** Writes the usual export with past of a tiny llama, weights in PATH_data. */
export async function writeTinyLlama(
  path: string,
  model: TinyLlama,
  style: AttentionStyle,
  format: TinyFormat = 'fp32',
  weights: TinyWeights = tinyWeights(model),
): Promise<void> {
  const graph = new Exporter(model, style, format, weights).build();
  const { nodes } = liveNodes(
    graph,
    graph.outputs.map(({ name }) => name),
  );
  await writeOnnx(path, graph, nodes);
}

class Exporter {
  readonly graph = new OnnxGraph();
  readonly model: TinyLlama;
  readonly style: AttentionStyle;
  readonly format: TinyFormat;
  readonly float: number;
  readonly weights: TinyWeights;

  constructor(model: TinyLlama, style: AttentionStyle, format: TinyFormat, weights: TinyWeights) {
    this.model = model;
    this.style = style;
    this.format = format;
    this.float = format === 'fp16' ? ELEMENT.float16 : ELEMENT.float;
    this.weights = weights;
    this.graph.opsets.set('', 17).set(MICROSOFT, 1);
  }

  build(): OnnxGraph {
    const { graph, model } = this;
    graph.input('input_ids', ELEMENT.int64, ['batch', 'sequence']);
    graph.input('attention_mask', ELEMENT.int64, ['batch', 'total']);
    if (this.style !== 'fused') graph.input('position_ids', ELEMENT.int64, ['batch', 'sequence']);
    graph.output('logits', this.float, ['batch', 'sequence', model.vocabulary]);
    if (this.style === 'fused') this.fusedFrame();
    else this.torchFrame();
    const table = this.constant('model.embed_tokens.weight');
    let x = graph.op('Gather', [table, 'input_ids'], 'h0', { attributes: { axis: 0n } });
    for (let layer = 0; layer < model.layers; layer++) x = this.layer(layer, x);
    const last = this.norm(x, 'model.norm.weight', 'final');
    if (model.tied) {
      const turned = graph.op('Transpose', [table], 'lm_head', { attributes: { perm: [1n, 0n] } });
      graph.op('MatMul', [last, turned], 'logits');
    } else this.linear(last, 'lm_head', 'logits');
    return graph;
  }

  layer(layer: number, x: string): string {
    const { graph } = this;
    const at = `model.layers.${layer}.`;
    const normed = this.norm(x, `${at}input_layernorm.weight`, `${at}n1`);
    const a = this.linear(this.attention(layer, normed), `${at}self_attn.o_proj`, `${at}o`);
    const h = graph.op('Add', [x, a], `${at}h`);
    const m = this.norm(h, `${at}post_attention_layernorm.weight`, `${at}n2`);
    const gate = this.linear(m, `${at}mlp.gate_proj`, `${at}gate`);
    const silu = graph.op('Mul', [gate, graph.op('Sigmoid', [gate], `${at}sig`)], `${at}silu`);
    const product = graph.op('Mul', [silu, this.linear(m, `${at}mlp.up_proj`, `${at}up`)], `${at}gu`);
    return graph.op('Add', [h, this.linear(product, `${at}mlp.down_proj`, `${at}down`)], `${at}out`);
  }

  attention(layer: number, x: string): string {
    const { graph, model } = this;
    const at = `model.layers.${layer}.self_attn.`;
    const ends = ['key', 'value'].map((side) => {
      graph.input(`past_key_values.${layer}.${side}`, this.float, ['batch', model.keyHeads, 'past', model.headSize]);
      graph.output(`present.${layer}.${side}`, this.float, ['batch', model.keyHeads, 'total', model.headSize]);
      return [`past_key_values.${layer}.${side}`, `present.${layer}.${side}`] as const;
    });
    const [q, k, v] = (['q', 'k', 'v'] as const).map((side) => {
      const product = this.linear(x, `${at}${side}_proj`, `${at}${side}`);
      if (!model.bias) return product;
      return graph.op('Add', [product, this.constant(`${at}${side}_proj.bias`)], `${at}${side}_biased`);
    }) as [string, string, string];
    if (this.style === 'fused') return this.fusedAttention(layer, q, k, v, ends.flat());
    const heads = (value: string, side: 'q' | 'k' | 'v', count: number): string => {
      const shape = graph.op(
        'Concat',
        ['B1', 'S1', graph.integers(`n${count}`, [count]), graph.integers('hd', [model.headSize])],
        `${at}${side}_shape`,
        { attributes: { axis: 0n } },
      );
      let four = graph.op('Reshape', [value, shape], `${at}${side}4`);
      if (model.headNorms && side !== 'v') four = this.norm(four, `${at}${side}_norm.weight`, `${at}${side}_normed`);
      return graph.op('Transpose', [four], `${at}${side}t`, { attributes: { perm: [0n, 2n, 1n, 3n] } });
    };
    const rq = this.rotate(heads(q, 'q', model.heads), `${at}q`);
    const rk = this.rotate(heads(k, 'k', model.keyHeads), `${at}k`);
    const join = (value: string, [past, present]: readonly [string, string]): string =>
      graph.op('Concat', [past, value], present, { attributes: { axis: -2n } });
    const keys = this.repeat(join(rk, ends[0]!), `${at}k`);
    const values = this.repeat(join(heads(v, 'v', model.keyHeads), ends[1]!), `${at}v`);
    const p = graph.op('Softmax', [this.scores(rq, keys, at)], `${at}p`, { attributes: { axis: -1n } });
    const o = graph.op('MatMul', [p, values], `${at}pv`);
    const turned = graph.op('Transpose', [o], `${at}pvt`, { attributes: { perm: [0n, 2n, 1n, 3n] } });
    const flat = graph.op(
      'Concat',
      ['B1', 'S1', graph.integers('all_heads', [model.heads * model.headSize])],
      `${at}flat`,
      { attributes: { axis: 0n } },
    );
    return graph.op('Reshape', [turned, flat], `${at}att`);
  }

  scores(q: string, k: string, at: string): string {
    const { graph } = this;
    if (this.style === 'eager') {
      const turned = graph.op('Transpose', [k], `${at}kT`, { attributes: { perm: [0n, 1n, 3n, 2n] } });
      const product = graph.op('MatMul', [q, turned], `${at}qk`);
      const scaled = graph.op('Div', [product, this.number('root', Math.sqrt(this.model.headSize))], `${at}scaled`);
      return graph.op('Add', [scaled, 'mask'], `${at}masked`);
    }
    // torch's scaled_dot_product_attention: the root of the scale on both sides, from the shape of the queries.
    const size = graph.op(
      'Slice',
      [
        graph.op('Shape', [q], `${at}qs`),
        graph.integers('m1', [-1]),
        graph.integers('end', [2 ** 31]),
        graph.integers('a0', [0]),
      ],
      `${at}size`,
    );
    const root = graph.op(
      'Sqrt',
      [graph.op('Cast', [size], `${at}sizef`, { attributes: { to: BigInt(this.float) } })],
      `${at}root`,
    );
    const scale = graph.op('Sqrt', [graph.op('Div', [this.number('one', 1), root], `${at}scale2`)], `${at}scale`);
    const left = graph.op('Mul', [q, scale], `${at}qscaled`);
    const turned = graph.op('Transpose', [k], `${at}kT`, { attributes: { perm: [0n, 1n, 3n, 2n] } });
    const right = graph.op('Mul', [turned, scale], `${at}kscaled`);
    return graph.op('Add', [graph.op('MatMul', [left, right], `${at}qk`), 'mask'], `${at}masked`);
  }

  /** Each key head as often as queries share it, as transformers' repeat_kv. */
  repeat(value: string, at: string): string {
    const { graph, model } = this;
    if (model.heads === model.keyHeads) return value;
    const groups = graph.integers('groups', [model.heads / model.keyHeads]);
    const shape = graph.op('Shape', [value], `${at}_rs`);
    const part = (index: number): string =>
      graph.op(
        'Slice',
        [
          shape,
          graph.integers(`i${index}`, [index]),
          graph.integers(`i${index + 1}`, [index + 1]),
          graph.integers('a0', [0]),
        ],
        `${at}_rs${index}`,
      );
    const parts = [part(0), part(1), part(2), part(3)] as const;
    const wide = graph.op('Concat', [parts[0], parts[1], groups, parts[2], parts[3]], `${at}_wide`, {
      attributes: { axis: 0n },
    });
    const joined = graph.op(
      'Concat',
      [parts[0], graph.op('Mul', [parts[1], groups], `${at}_all`), parts[2], parts[3]],
      `${at}_joined`,
      { attributes: { axis: 0n } },
    );
    const five = graph.op('Unsqueeze', [value, graph.integers('a2', [2])], `${at}_5`);
    return graph.op('Reshape', [graph.op('Expand', [five, wide], `${at}_expanded`), joined], `${at}_repeated`);
  }

  rotate(value: string, at: string): string {
    const { graph, model } = this;
    const half = model.headSize / 2;
    const slice = (from: number, to: number, name: string): string =>
      graph.op(
        'Slice',
        [value, graph.integers(`f${from}`, [from]), graph.integers(`t${to}`, [to]), graph.integers('a3', [3])],
        `${at}_${name}`,
      );
    const turned = graph.op(
      'Concat',
      [graph.op('Neg', [slice(half, 2 ** 31, 'hi')], `${at}_neg`), slice(0, half, 'lo')],
      `${at}_half`,
      { attributes: { axis: -1n } },
    );
    return graph.op(
      'Add',
      [graph.op('Mul', [value, 'cos'], `${at}_c`), graph.op('Mul', [turned, 'sin'], `${at}_s`)],
      `${at}_roped`,
    );
  }

  torchFrame(): void {
    const { graph } = this;
    const int = (name: string, value: number): string => graph.integers(name, [value], []);
    const size = (value: string, index: number, name: string): string =>
      graph.op('Gather', [graph.op('Shape', [value], `${name}_shape`), int(`c${index}`, index)], name, {
        attributes: { axis: 0n },
      });
    const a0 = graph.integers('a0', [0]);
    const a1 = graph.integers('a1', [1]);
    const lengths = { B: size('input_ids', 0, 'B'), S: size('input_ids', 1, 'S'), N: size('attention_mask', 1, 'N') };
    for (const [name, value] of Object.entries(lengths)) graph.op('Unsqueeze', [value, a0], `${name}1`);
    const range = (from: string, to: string, name: string): string => graph.op('Range', [from, to, int('c1', 1)], name);
    const columns = graph.op('Unsqueeze', [range(int('c0', 0), 'N', 'all'), a0], 'all_row');
    const rows = graph.op('Unsqueeze', [range(graph.op('Sub', ['N', 'S'], 'P'), 'N', 'fresh'), a1], 'fresh_column');
    const causal = graph.op(
      'Unsqueeze',
      [graph.op('LessOrEqual', [columns, rows], 'causal'), graph.integers('a01', [0, 1])],
      'causal4',
    );
    const present = graph.op('Cast', ['attention_mask'], 'present', { attributes: { to: BigInt(ELEMENT.bool) } });
    const visible = graph.op(
      'And',
      [graph.op('Unsqueeze', [present, graph.integers('a12', [1, 2])], 'present4'), causal],
      'visible',
    );
    graph.op('Where', [visible, this.number('zero', 0), this.number('low', -60_000)], 'mask');
    const half = this.model.headSize / 2;
    const inverse = Array.from({ length: half }, (_, i) => this.model.theta ** (-i / half));
    const positions = graph.op(
      'Cast',
      [graph.op('Unsqueeze', ['position_ids', graph.integers('a2', [2])], 'pos3')],
      'posf',
      { attributes: { to: 1n } },
    );
    const angles = graph.op('Mul', [positions, graph.floats('inv_freq', inverse)], 'angles');
    const both = graph.op('Concat', [angles, angles], 'angles2', { attributes: { axis: -1n } });
    for (const kind of ['Cos', 'Sin']) {
      const four = graph.op('Unsqueeze', [graph.op(kind, [both], `${kind}3`), a1], `${kind}4`);
      graph.op('Cast', [four], kind.toLowerCase(), { attributes: { to: BigInt(this.float) } });
    }
  }

  fusedFrame(): void {
    const { graph, model } = this;
    const half = model.headSize / 2;
    for (const [name, f] of [
      ['cos_cache', Math.cos],
      ['sin_cache', Math.sin],
    ] as const) {
      const values = Array.from({ length: 64 * half }, (_, at) =>
        f(Math.floor(at / half) * model.theta ** (-(at % half) / half)),
      );
      this.add(name, [64, half], Float32Array.from(values));
    }
    const one = graph.integers('a1', [1]);
    const total = graph.op('ReduceSum', ['attention_mask', one], 'rows_total', { attributes: { keepdims: 0n } });
    graph.op('Cast', [graph.op('Sub', [total, one], 'rows_last')], 'seqlens_k', {
      attributes: { to: BigInt(ELEMENT.int32) },
    });
    const width = graph.op(
      'Gather',
      [graph.op('Shape', ['attention_mask'], 'am_shape'), graph.integers('c1', [1], [])],
      'width',
      { attributes: { axis: 0n } },
    );
    graph.op('Cast', [width], 'total', { attributes: { to: BigInt(ELEMENT.int32) } });
  }

  fusedAttention(layer: number, q: string, k: string, v: string, ends: readonly string[]): string {
    const [pastKey, presentKey, pastValue, presentValue] = ends as [string, string, string, string];
    const output = `model.layers.${layer}.self_attn.att`;
    const inputs = [q, k, v, pastKey, pastValue, 'seqlens_k', 'total', 'cos_cache', 'sin_cache'];
    const attributes = {
      num_heads: BigInt(this.model.heads),
      kv_num_heads: BigInt(this.model.keyHeads),
      do_rotary: 1n,
    };
    return this.graph.op('GroupQueryAttention', inputs, [output, presentKey, presentValue], {
      domain: MICROSOFT,
      attributes,
    });
  }

  norm(x: string, weight: string, at: string): string {
    const { graph } = this;
    const square = graph.op('Pow', [x, this.number('two', 2)], `${at}_sq`);
    const mean = graph.op('ReduceMean', [square], `${at}_mean`, { attributes: { axes: [-1n], keepdims: 1n } });
    const root = graph.op('Sqrt', [graph.op('Add', [mean, this.number('eps', EPSILON)], `${at}_eps`)], `${at}_root`);
    const scale = graph.op('Div', [this.number('one', 1), root], `${at}_scale`);
    return graph.op('Mul', [this.constant(weight), graph.op('Mul', [x, scale], `${at}_x`)], at);
  }

  linear(x: string, name: string, output: string): string {
    const { dims, values } = this.weights.get(`${name}.weight`)!;
    const [n, k] = dims as [number, number];
    const turned = Float32Array.from({ length: n * k }, (_, at) => values[(at % n) * k + Math.floor(at / n)]!);
    if (this.format === 'q8') return this.dynamic(x, name, turned, [k, n], output);
    return this.graph.op('MatMul', [x, this.add(`${name}.turned`, [k, n], turned)], output);
  }

  /** As onnxruntime's quantize_dynamic writes a product. */
  dynamic(x: string, name: string, values: Float32Array, dims: readonly number[], output: string): string {
    const { graph } = this;
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
    const bytes = Int8Array.from(values, (value) => Math.round(value / scale));
    graph.initializers.set(`${name}_quantized`, memoryTensor(ELEMENT.int8, dims, bytes));
    graph.initializers.set(`${name}_zero`, memoryTensor(ELEMENT.int8, [], new Int8Array(1)));
    graph.floats(`${name}_scale`, [scale], []);
    if (graph.producer(`${x}_quantized`) === undefined) {
      graph.op('DynamicQuantizeLinear', [x], [`${x}_quantized`, `${x}_range`, `${x}_zero`]);
    }
    const product = graph.op(
      'MatMulInteger',
      [`${x}_quantized`, `${name}_quantized`, `${x}_zero`, `${name}_zero`],
      `${name}_int`,
    );
    const float = graph.op('Cast', [product], `${name}_float`, { attributes: { to: 1n } });
    return graph.op('Mul', [float, graph.op('Mul', [`${x}_range`, `${name}_scale`], `${name}_scales`)], output);
  }

  constant(name: string): string {
    const { dims, values } = this.weights.get(name)!;
    return this.add(name, dims, values);
  }

  number(name: string, value: number): string {
    return this.add(name, [], Float32Array.of(value));
  }

  add(name: string, dims: readonly number[], values: Float32Array): string {
    const data = this.float === ELEMENT.float ? values : toHalf(values);
    if (!this.graph.initializers.has(name)) this.graph.initializers.set(name, memoryTensor(this.float, dims, data));
    return name;
  }
}
