import { addNineScores } from './nine-scores.ts';

addNineScores();
const worker = new URL('../../../../packages/core/dist/bundle/score-worker.js', import.meta.url).href;
const { default: scoreInWorker } = (await import(worker)) as { default: (task: unknown) => Promise<unknown> };

/** The product's scoring thread, which knows one algorithm more. */
export default scoreInWorker;
