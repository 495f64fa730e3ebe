import { AssayError } from '../errors/assay-error.ts';
import { type RunShard, shardText } from './run-shard.ts';

/** What of a finished run is not as it was written. */
export interface RunDamage {
  /** Lines of the journal whose checksum fails or that are gone, those of a damaged range among them; a last one that is torn. */
  readonly lines: number;
  /** Models of which the journal holds another number of samples than the summary counts. */
  readonly models: readonly { readonly name: string; readonly counted: number; readonly found: number }[];
  /** The checkpoint, which no figure is made of. */
  readonly checkpoint: boolean;
}

/** In words. */
export function damageText({ lines, models, checkpoint }: RunDamage): string {
  const parts = [
    ...(lines > 0
      ? [`${lines} ${lines === 1 ? 'line' : 'lines'} of its journal ${lines === 1 ? 'is' : 'are'} damaged or lost`]
      : []),
    ...models.map(({ name, counted, found }) =>
      counted === found
        ? `of ${name} it holds the samples in other states than its summary counts`
        : `of ${name} it holds ${found} samples where its summary counts ${counted}`,
    ),
    ...(checkpoint ? ['its checkpoint is damaged, which no figure is made of'] : []),
  ];
  return parts.join('; ');
}

/** Whether something is damaged that figures are made of. */
export function isDamaged(damage: RunDamage | undefined): damage is RunDamage {
  return damage !== undefined && (damage.lines > 0 || damage.models.length > 0);
}

/**
 * Whether a run may decide something.
 * @throws AssayError RUN_DAMAGED; RUN_INCOMPLETE for one of the shards of a run
 */
export function requireDecidable(
  run: string,
  { manifest, damage }: { readonly manifest: { readonly shard?: RunShard }; readonly damage?: RunDamage | undefined },
): void {
  const { shard } = manifest;
  if (shard !== undefined) {
    throw new AssayError('RUN_INCOMPLETE', `${run} is ${shardText(shard)} of a run: it decides nothing`, {
      hint: 'Put the shards together with `assay merge DIR…`.',
    });
  }
  requireSound(run, damage);
}

/** @throws AssayError RUN_DAMAGED for a run of which something is damaged that figures are made of */
export function requireSound(run: string, damage: RunDamage | undefined): void {
  if (!isDamaged(damage)) return;
  throw new AssayError('RUN_DAMAGED', `${run} is damaged: ${damageText(damage)}`, {
    hint: 'Repair it with `assay run CONFIG --resume`: the samples that were lost run again. `--accept-damage` takes what is left.',
  });
}
