import { rowComparer } from '../datasets/row-order.ts';
import type { ModelSummary } from './summary.ts';

/** Whether the figures of a run are over a journaled sample: those answered behind an early stop are not. */
export function countsInRun(models: readonly ModelSummary[]): (model: string, row: number) => boolean {
  const stops = new Map(
    models.flatMap(({ name, stop }) => (stop === undefined || !stop.decided ? [] : [[name, stop] as const])),
  );
  const comparers = new Map([...stops].map(([name, { orderSeed }]) => [name, rowComparer(orderSeed)]));
  return (model, row) => {
    const stop = stops.get(model);
    return stop === undefined || (stop.lastRow !== null && comparers.get(model)!(row, stop.lastRow) <= 0);
  };
}
