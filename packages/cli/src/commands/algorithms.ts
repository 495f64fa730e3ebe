import { nameAnd, wrapped } from '../print/fit-text.ts';
import { terminalOf } from '../print/terminal.ts';

export async function listAlgorithms(): Promise<number> {
  const { columns } = terminalOf(process.stdout, process.env, undefined);
  const { ALGORITHMS } = await import('assay/internal');
  for (const { name, summary, options, scores } of ALGORITHMS.values()) {
    process.stdout.write(`${name}\n${wrapped(summary, columns, '  ').join('\n')}\n`);
    const defaults = options.safeParse({});
    if (!defaults.success) continue;
    for (const [score, spec] of Object.entries(scores(defaults.data))) {
      const told = `    ${score.padEnd(32)} ${better(spec.better)} `;
      process.stdout.write(`${nameAnd(told, 54, spec.summary, columns)}\n`);
    }
  }
  return 0;
}

function better(direction: 'higher' | 'lower' | { readonly target: number }): string {
  const words = typeof direction === 'string' ? `${direction} is better` : `ideal ${direction.target}`;
  return words.padEnd(18);
}
