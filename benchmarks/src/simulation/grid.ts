import type { Cell } from './cell.ts';
import { clusterCells } from './cluster-cells.ts';
import { corpusCells } from './corpus-cells.ts';
import { familyCells } from './family-cells.ts';
import { historyCells } from './history-cells.ts';
import { independentCells } from './independent-cells.ts';
import { judgedCells } from './judged-cells.ts';
import { meanCells } from './mean-cells.ts';
import { pairCells } from './pair-cells.ts';
import { pairStoppingCells, stoppingCells } from './stopping-cells.ts';
import { unboundedCells } from './unbounded-cells.ts';

/** Every case in which a method's promise is held against simulation. */
export function grid(): Cell[] {
  return [
    ...meanCells(),
    ...clusterCells(),
    ...pairCells(),
    ...independentCells(),
    ...familyCells(),
    ...corpusCells(),
    ...unboundedCells(),
    ...stoppingCells(),
    ...pairStoppingCells(),
    ...historyCells(),
    ...judgedCells(),
  ];
}
