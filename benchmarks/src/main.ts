/** Subcommands of `pnpm bench`, each loaded only when asked for. */
const commands: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  metrics: async (args) => {
    const code = await (await import('./metrics-command.ts')).benchMetrics(args);
    // Machines read one JSON document; people see the whole table of text metrics.
    if (code !== 0 || args.length > 0) return code;
    return (await import('./product/statistics.bench.ts')).benchStatistics(args);
  },
  score: async (args) => (await import('./product/score.bench.ts')).benchScore(args),
  engine: async (args) => (await import('./overhead/engine.bench.ts')).benchEngine(args),
  local: async (args) => (await import('./product/local/local.bench.ts')).benchLocal(args),
  invocations: async (args) => (await import('./overhead/invocations.bench.ts')).benchInvocations(args),
  page: async (args) => (await import('./product/page.bench.ts')).benchPage(args),
  pipeline: async (args) => (await import('./overhead/pipeline.bench.ts')).benchPipeline(args),
  statistics: async (args) => (await import('./product/statistics.bench.ts')).benchStatistics(args),
};

const [name = '', ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command === undefined) {
  console.error(
    `usage: pnpm bench ${Object.keys(commands).join('|')} [--json] [--only WORD] [--slow] [--large] [--no-peers]`,
  );
  process.exitCode = 2;
} else {
  process.exitCode = await command(args);
}
