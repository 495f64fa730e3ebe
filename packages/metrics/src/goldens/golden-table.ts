import { adapters as edit } from './adapters/edit.ts';
import { adapters as inference } from './adapters/inference.ts';
import { adapters as judged } from './adapters/judged.ts';
import { adapters as overlap } from './adapters/overlap.ts';
import { adapters as statistics } from './adapters/statistics.ts';
import type { GoldenAdapter } from './golden-adapter.ts';

/** Every golden file that this package can check. */
export const goldenTable: readonly GoldenAdapter[] = [...overlap, ...edit, ...statistics, ...inference, ...judged];
