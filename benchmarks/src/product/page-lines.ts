import type { SpeedLine } from '../speed-line.ts';
import { MODELS, SAMPLES } from './page-fixtures.ts';
import type { PageFigures, Step } from './page-steps.ts';
import { RUNS, type RunsFigures } from './runs-list.ts';

/** The page's speeds with their goals, which are by the clock. */
export function pageLines({ open, sort, filter, search }: PageFigures, { listed }: RunsFigures): SpeedLine[] {
  const page = `page of ${SAMPLES.toLocaleString('en')} samples × ${MODELS.length} models`;
  return [
    lineOf(`${page}, open`, open, 500),
    lineOf(`${page}, sort`, sort, 50),
    lineOf(`${page}, filter`, filter, 50),
    lineOf(`${page}, search`, search, 500),
    lineOf(`${RUNS} runs listed by the viewer`, listed, 300),
  ];
}

function lineOf(what: string, { ms, cpuMs }: Step, most: number): SpeedLine {
  return { what, figure: `${ms.toFixed(0)} ms, ${cpuMs.toFixed(0)} of CPU`, goal: `${most} ms`, reached: ms <= most };
}
