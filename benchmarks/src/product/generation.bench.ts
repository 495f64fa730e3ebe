import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { runAssay } from './generation/assay-engine.ts';
import { runLlama } from './generation/llama-engine.ts';
import { runTransformers } from './generation/transformers-engine.ts';
import { type EngineFigures, workload } from './generation/workload.ts';

// Run with `node benchmarks/dist/product/generation.bench.js [prompts] [rounds]`. Each engine is a process of its own, one
// after the other, so that peaks of memory and threads do not mix.
const root = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const MODEL = root('models/SmolLM2-135M-Instruct');
const LLAMA = root('benchmarks/peers/installed/llama');

const ENGINES: Readonly<Record<string, (prompts: readonly string[]) => Promise<EngineFigures>>> = {
  'assay, batch 16': (prompts) => runAssay(MODEL, prompts, 16, false),
  'assay, batch 32': (prompts) => runAssay(MODEL, prompts, 32, false),
  'assay, batch 32, unpack': (prompts) => runAssay(MODEL, prompts, 32, true),
  'transformers.js, batch 16': (prompts) => runTransformers(MODEL, prompts, 16),
  'llama.cpp, batch 16': (prompts) => runLlama(LLAMA, prompts, 16),
};

const [first = '64', second = '2'] = process.argv.slice(2);
if (first === '--engine') {
  const figures = await ENGINES[second]!(workload(Number(process.argv[4])));
  process.stdout.write(JSON.stringify(figures));
  process.exit(0);
}

function run(engine: string): EngineFigures {
  const self = fileURLToPath(import.meta.url);
  const out = execFileSync(process.execPath, [self, '--engine', engine, first], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(out.toString()) as EngineFigures;
}

const best = new Map<string, EngineFigures>();
for (let round = 0; round < Number(second); round++) {
  for (const engine of Object.keys(ENGINES)) {
    if (engine.startsWith('llama') && !existsSync(`${LLAMA}/model.gguf`)) continue;
    const figures = run(engine);
    const before = best.get(engine);
    if (before === undefined || figures.cpuS < before.cpuS) best.set(engine, figures);
  }
}
const line = (cells: readonly string[]): string =>
  cells.map((cell, i) => (i === 0 ? cell.padEnd(28) : cell.padStart(12))).join('');
process.stdout.write(
  `generation: ${first} prompts of about 64 tokens, 48 new tokens; ${cpus()[0]?.model}, ${cpus().length} cores\n`,
);
process.stdout.write(`${line(['engine', 'tok/wall s', 'tok/CPU s', 'load s', 'peak MiB'])}\n`);
for (const [engine, { newTokens, wallS, cpuS, loadS, peakMiB }] of best) {
  const cells = [(newTokens / wallS).toFixed(1), (newTokens / cpuS).toFixed(1), loadS.toFixed(2), peakMiB.toFixed(0)];
  process.stdout.write(`${line([engine, ...cells])}\n`);
}
if (!best.has('llama.cpp, batch 16')) {
  process.stdout.write('llama.cpp: skipped, not installed (sh benchmarks/peers/setup-generation.sh)\n');
}
