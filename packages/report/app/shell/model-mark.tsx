/** @jsxImportSource preact */
/** The mark that stands for a model in every chart and list. */
export function ModelMark({ model }: { readonly model: number }) {
  return <i class={`mark mark-${model % 6} shape-${model % 4}`} aria-hidden="true" />;
}
