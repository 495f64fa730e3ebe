export async function listAlgorithms(): Promise<number> {
  const { ALGORITHMS } = await import('assay/internal');
  for (const { name, summary, options, scores } of ALGORITHMS.values()) {
    process.stdout.write(`${name}\n  ${summary}\n`);
    const defaults = options.safeParse({});
    if (!defaults.success) continue;
    for (const [score, spec] of Object.entries(scores(defaults.data))) {
      process.stdout.write(`    ${score.padEnd(38)} ${better(spec.better)}  ${spec.summary}\n`);
    }
  }
  return 0;
}

function better(direction: 'higher' | 'lower' | { readonly target: number }): string {
  const words = typeof direction === 'string' ? `${direction} is better` : `ideal ${direction.target}`;
  return words.padEnd(18);
}
