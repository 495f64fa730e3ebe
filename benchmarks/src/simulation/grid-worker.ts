import { parentPort, workerData } from 'node:worker_threads';
import { grid } from './grid.ts';
import { runCell } from './run-cell.ts';

/** Which cells a thread simulates: their places in the grid. */
export interface GridTask {
  readonly places: readonly number[];
  readonly quick: boolean;
}

const { places, quick } = workerData as GridTask;
const cells = grid();
for (const place of places) {
  const { cell: _cell, ...figures } = runCell(cells[place]!, quick);
  parentPort!.postMessage([place, figures]);
}
