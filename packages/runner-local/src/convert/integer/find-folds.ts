import type { NodeProto } from '../generated/onnx_pb.ts';
import type { AttentionCore } from './find-cores.ts';
import type { ProductSite } from './find-products.ts';
import { type Traceable, type TracedColumns, traceColumns } from './trace-columns.ts';

/** Where the smoothing of a product's input goes, so that it costs nothing while the model runs. */
export type Fold =
  | { readonly to: 'norm'; readonly node: NodeProto; readonly gamma: string }
  | { readonly to: 'values'; readonly core: AttentionCore; readonly columns: TracedColumns }
  | { readonly to: 'up'; readonly columns: TracedColumns }
  | { readonly to: 'nowhere' };

/** @param width channels of the input */
export function findFold(
  traceable: Traceable,
  site: ProductSite,
  width: number,
  cores: readonly AttentionCore[],
  valueWidth: number,
): Fold {
  const { graph, constants } = traceable;
  const normed = wholeRows(traceable, site);
  const node = normed === undefined ? undefined : graph.producer(normed);
  if (node === undefined) return { to: 'nowhere' };
  const gamma = gammaOf(node, constants);
  if (gamma !== undefined) return { to: 'norm', node, gamma };
  if (node.opType === 'Mul') {
    for (const name of node.input) {
      if (graph.consumers(name).length !== 1) continue;
      const columns = traceColumns(traceable, name, width);
      if (columns !== undefined) return { to: 'up', columns };
    }
  }
  const core = attended(traceable, site.input, cores);
  const columns = core && traceColumns(traceable, core.v, valueWidth);
  return core === undefined || columns === undefined ? { to: 'nowhere' } : { to: 'values', core, columns };
}

/** The value of which a site reads all or some rows, if nothing else reads it. */
function wholeRows({ graph }: Traceable, { input, nodes }: ProductSite): string | undefined {
  if (!graph.consumers(input).every((node) => nodes.has(node))) return undefined;
  for (let value = input; ; ) {
    const node = graph.producer(value);
    if (node === undefined || !['Gather', 'Unsqueeze', 'Reshape'].includes(node.opType)) return value;
    if (graph.consumers(node.input[0]!).length !== 1) return value;
    value = node.input[0]!;
  }
}

/** The weight of an RMS norm, or of its last multiplication where it is spelt out. */
function gammaOf(node: NodeProto, constants: ReadonlySet<string>): string | undefined {
  const place = { SimplifiedLayerNormalization: 1, SkipSimplifiedLayerNormalization: 2, RMSNormalization: 1 }[
    node.opType
  ];
  if (place !== undefined) return node.input[place];
  return node.opType === 'Mul' ? node.input.find((name) => constants.has(name)) : undefined;
}

function attended({ graph }: Traceable, input: string, cores: readonly AttentionCore[]): AttentionCore | undefined {
  for (let value = input; ; ) {
    const core = cores.find(({ output }) => output === value);
    const node = graph.producer(value);
    if (core !== undefined || node === undefined) return core;
    if (!['Reshape', 'Transpose', 'Identity'].includes(node.opType)) return undefined;
    value = node.input[0]!;
  }
}
