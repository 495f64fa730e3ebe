import {
  actingUser,
  askedWith,
  configSelection,
  damageText,
  findRun,
  REGISTRY_FOLDER,
  rankText,
  registerLocally,
  type Selection,
  type SelectionConfig,
  selectFromRun,
} from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { beside } from '../print/fit-text.ts';
import { printable, terminalOf } from '../print/terminal.ts';

export interface SelectFlags {
  readonly score?: string;
  readonly tie?: 'significance' | 'first' | 'all';
  readonly prefer?: 'latency' | 'cost' | 'size' | 'order';
  readonly output?: string;
  readonly register?: string;
  readonly registry?: string;
  readonly acceptDamage?: true;
  readonly by?: string;
  readonly note?: string;
}

/**
 * Chooses the best model of a run as its config's `selection` says, flags first, and writes best_model.json, for
 * pipelines; with `--register` it joins a group too. Exit code 4 where none can be chosen.
 */
export async function select(name: string, flags: SelectFlags): Promise<number> {
  const folder = findRun(name);
  const { output, register, registry = REGISTRY_FOLDER, acceptDamage, by, note, ...asked } = flags;
  const { run, selection, file } = await selectFromRun(folder, merged(await configSelection(folder), asked), {
    output,
    acceptDamage,
  });
  const damage = run.damage === undefined ? undefined : damageText(run.damage);
  if (damage !== undefined) process.stderr.write(`note: ${printable(`${folder.path} is damaged: ${damage}`)}\n`);
  const { columns } = terminalOf(process.stdout, process.env, undefined);
  const chosen = `${printable(selection.model ?? 'no model')}   ${printable(selection.reason)}`;
  process.stdout.write(`${chosen}\n${ranksLine(selection, columns)}${printable(file)}\n`);
  const { model, score } = selection;
  // Nothing to choose is no choice: neither a model nor a version comes of it.
  if (model === null) return EXIT.inconclusive;
  if (register === undefined) return EXIT.passed;
  const { manifest, summary } = run;
  const actor = { by: by ?? (await actingUser()), why: note };
  const about = { registry, group: register, model, manifest, summary, decidingScore: score, actor };
  const entry = await registerLocally({ ...about, asked: await askedWith(folder, model), acceptedDamage: damage });
  process.stdout.write(`registered as version ${entry.version} of ${register} (${entry.approval})\n`);
  return EXIT.passed;
}

/** With more than two models, the ranks that the comparisons leave open to each. */
function ranksLine({ ranks }: Selection, columns: number): string {
  return ranks.length > 2 ? `${beside('ranks   ', printable(rankText(ranks)), columns)}\n` : '';
}

/** A score of the command line stands in for whatever the config decides by. */
function merged(stated: SelectionConfig, asked: Partial<SelectionConfig>): SelectionConfig {
  if (asked.score === undefined) return { ...stated, ...asked };
  const { algorithm: _, weights: __, pareto: ___, direction: ____, ...rest } = stated;
  return { ...rest, ...asked };
}
