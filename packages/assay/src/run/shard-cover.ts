import { AssayError, type ShardPosition } from '@assay/core';

/** Something that holds the samples of one shard, and what to call it. */
export interface ShardHolder {
  readonly name: string;
  readonly position: ShardPosition;
}

/** One that is wanted, and which of the wanted parts its samples begin with: another number for each. */
export type Covering<T> = T & { readonly first: number };

const WHOLE: ShardPosition = { shard: 0, shards: 1 };

/**
 * Those of some shards that together hold the samples of `wanted`, each sample once. Shards may be of different numbers:
 * 1 of 2 is 1 and 2 of 4, to the row. Shards outside of what is wanted are left out.
 * @throws AssayError RUN_NOT_RESUMABLE for samples that are missing or there twice
 */
export function coveringShards<T extends ShardHolder>(all: readonly T[], wanted: ShardPosition = WHOLE): Covering<T>[] {
  const units = all.reduce((common, { position }) => commonMultiple(common, position.shards), wanted.shards);
  const startOf = ({ shard, shards }: ShardPosition): number => shard * (units / shards);
  const endOf = ({ shard, shards }: ShardPosition): number => (shard + 1) * (units / shards);
  const [from, to] = [startOf(wanted), endOf(wanted)];
  const inside = all
    .filter(({ position }) => startOf(position) < to && endOf(position) > from)
    .sort((a, b) => startOf(a.position) - startOf(b.position));
  const missing: [number, number][] = [];
  let at = from;
  let before: T | undefined;
  for (const each of inside) {
    const { position } = each;
    if (startOf(position) < from || endOf(position) > to)
      throw notTogether(
        `${each.name} is ${numberOf(position)}, which does not lie within ${numberOf(wanted)}`,
        'Merge it to a larger shard, or to the whole.',
      );
    if (startOf(position) < at) throw heldTwice(before!, each);
    if (startOf(position) > at) missing.push([at, startOf(position)]);
    at = endOf(position);
    before = each;
  }
  if (at < to) missing.push([at, to]);
  if (missing.length > 0) throw missingShards(missing, units, all);
  return inside.map((each) => ({ ...each, first: startOf(each.position) }));
}

function heldTwice(one: ShardHolder, other: ShardHolder): AssayError {
  const isSame = numberOf(one.position) === numberOf(other.position);
  const what = isSame
    ? `shard ${one.position.shard + 1} is there twice`
    : `${numberOf(one.position)} and ${numberOf(other.position)} hold the same samples`;
  return notTogether(what, `Leave out ${one.name} or ${other.name}.`);
}

/** In the numbers of the smallest shards that are there, where what is missing are such. */
function missingShards(missing: readonly [number, number][], units: number, all: readonly ShardHolder[]): AssayError {
  const finest = Math.max(...all.map(({ position }) => position.shards));
  const isWhole = missing.flat().every((end) => end % (units / finest) === 0);
  const shards = isWhole ? finest : units;
  const named: number[] = [];
  let count = 0;
  for (const [from, to] of missing) {
    const [first, end] = [from / (units / shards), to / (units / shards)];
    count += end - first;
    for (let shard = first; shard < end && named.length < MOST_NAMED; shard++) named.push(shard + 1);
  }
  const more = count > named.length ? ` and ${count - named.length} more` : '';
  return notTogether(
    count === 1
      ? `shard ${named[0]} of ${shards} is missing`
      : `shards ${named.join(', ')}${more} of ${shards} are missing`,
    `Run them with --shard ${named[0]}/${shards}, and name their folders too.`,
  );
}

const MOST_NAMED = 10;

const numberOf = ({ shard, shards }: ShardPosition): string => `shard ${shard + 1} of ${shards}`;

/** @throws AssayError where exact numbers end */
function commonMultiple(a: number, b: number): number {
  let [divisor, rest] = [a, b];
  while (rest > 0) [divisor, rest] = [rest, divisor % rest];
  const multiple = (a / divisor) * b;
  if (Number.isSafeInteger(multiple)) return multiple;
  throw notTogether('the shards are of too many different numbers', 'Cut the run anew, into shards of one number.');
}

function notTogether(message: string, hint: string): AssayError {
  return new AssayError('RUN_NOT_RESUMABLE', message, { hint });
}
