import { showSaved, writeSaved } from './saved-results.ts';
import type { SpeedLine, Tell } from './speed-line.ts';

type Benchmark = (args: readonly string[], tell: Tell) => Promise<number>;

/** Subcommands of `npm run bench`, each loaded only when asked for. */
const benchmarks: Readonly<Record<string, Benchmark>> = {
  metrics: async (args, tell) => (await import('./metrics-command.ts')).benchMetrics(args, tell),
  statistics: async (args, tell) => (await import('./product/statistics.bench.ts')).benchStatistics(args, tell),
  score: async (args, tell) => (await import('./product/score.bench.ts')).benchScore(args, tell),
  engine: async (args, tell) => (await import('./overhead/engine.bench.ts')).benchEngine(args, tell),
  local: async (args, tell) => (await import('./product/local/local.bench.ts')).benchLocal(args, tell),
  page: async (args, tell) => (await import('./product/page.bench.ts')).benchPage(args, tell),
  invocations: async (args, tell) => (await import('./overhead/invocations.bench.ts')).benchInvocations(args, tell),
  shards: async (args, tell) => (await import('./overhead/shards.bench.ts')).benchShards(args, tell),
  pipeline: async (args, tell) => (await import('./overhead/pipeline.bench.ts')).benchPipeline(args, tell),
};

/** Runs one; with `--save` its lines replace those in benchmarks/results, which docs/performance.md shows. */
async function run(name: string, benchmark: Benchmark, args: readonly string[]): Promise<number> {
  if (args.includes('--save') && args.includes('--only')) {
    console.error('--save keeps a whole benchmark: leave out --only');
    return 2;
  }
  const lines: SpeedLine[] = [];
  const code = await benchmark(
    args.filter((arg) => arg !== '--save'),
    (line) => lines.push(line),
  );
  if (args.includes('--save')) await writeSaved(name, lines);
  return code;
}

const [name = '', ...args] = process.argv.slice(2);
const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
if (benchmark !== undefined) {
  process.exitCode = await run(name, benchmark, args);
} else if (name === 'saved') {
  process.stdout.write(await showSaved(Object.keys(benchmarks), args.includes('--missed')));
} else {
  console.error(
    `usage: npm run bench -- ${Object.keys(benchmarks).join('|')} [--json] [--only WORD] [--slow] [--large] [--no-peers] [--rounds N] [--cpu] [--keep FILE [--kept]] [--save]\n       npm run bench -- saved [--missed]`,
  );
  process.exitCode = 2;
}
