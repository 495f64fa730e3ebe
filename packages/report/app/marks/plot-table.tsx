/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact';
import { type Mark, ModelMark } from './model-mark.tsx';
import type { Axis } from './place.ts';
import { AxisTicks } from './whisker.tsx';
import { Name } from './words.tsx';

export interface PlotRow {
  readonly name: string;
  readonly mark: Mark;
  readonly plot: ComponentChildren;
  /** Figures, as many as there are columns. */
  readonly figures: readonly ComponentChildren[];
}

export interface PlotTableProps {
  readonly class: string;
  readonly caption: ComponentChildren;
  readonly axis: Axis;
  /** Heads of the figures; those that a narrow window leaves out are `optional`. */
  readonly columns: readonly { readonly head: string; readonly optional?: true }[];
  readonly rows: readonly PlotRow[];
}

/** Models one below the other on one axis, drawn once in the head, with their figures beside it. */
export function PlotTable({ class: kind, caption, axis, columns, rows }: PlotTableProps) {
  const classOf = (at: number) => (columns[at]?.optional ? 'num opt' : 'num');
  return (
    <table class={`plain ${kind}`}>
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Model</th>
          <th class="plot" scope="col">
            <AxisTicks axis={axis} />
            <span class="vh">Drawn</span>
          </th>
          {columns.map(({ head }, at) => (
            <th scope="col" class={classOf(at)} key={head}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, mark, plot, figures }) => (
          <tr key={name}>
            <th scope="row" class="who">
              <ModelMark mark={mark} />
              <Name text={name} />
            </th>
            <td class="plot">{plot}</td>
            {figures.map((figure, at) => (
              <td class={classOf(at)} key={columns[at]?.head}>
                {figure}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
