import type { Batching, CausalModel, StepRow } from './causal-model.ts';
import { Source } from './source.ts';
import type { StandardModel } from './standard-model.ts';

/** Nats by which a sequence's log-probabilities may move through its neighbours: rounding, no more. */
const TOLERANCE = 1e-3;
/** The same when a past is continued: passes of other lengths round otherwise, in fp16 visibly. */
const CONTINUATION_TOLERANCE = { float32: 5e-3, float16: 5e-2, int8: 5e-2 } as const;

const LENGTHS_AND_STRIDES = [
  [7, 3],
  [7, 11],
  [4, 5],
] as const;

/** How a trial begins: the tokens of the decoder, and for an encoder-decoder what it answers. */
interface Beginning {
  readonly tokens: readonly number[];
  readonly source?: readonly number[];
}

type Nats = readonly number[];

/** A model whose way of batching can be set, to try what it supports. */
export type Probed = CausalModel & { batching: Batching };

/**
 * Finds out by trial what a decoder's export supports: some take positions from the column index and are wrong behind
 * padding on one side; some quantise activations over the whole batch, so that neighbours change a row's numbers; some
 * were traced with one new token after a past and see the future when given more.
 */
export async function probeStandardModel(model: StandardModel): Promise<void> {
  const beginnings = LENGTHS_AND_STRIDES.map(([length, stride]) => ({ tokens: tokens(model, length, stride) }));
  const reference = await probeBatching(model, beginnings, ['left', 'right'] as const, (padding) => {
    model.padding = padding;
  });
  if (model.batching === 'even') await probeStarts(model, beginnings, reference);
  await probeContinuation(model);
}

/** The same for an encoder-decoder, whose sources are what differs in length. */
export async function probeSeq2SeqModel(model: Probed): Promise<void> {
  const beginnings = LENGTHS_AND_STRIDES.map(([length, stride]) => {
    return { tokens: [1 % model.vocabularySize], source: tokens(model, length, stride) };
  });
  await probeBatching(model, beginnings, ['right'], () => {});
}

/** @returns what the first and the third beginning give alone */
async function probeBatching<P>(
  model: Probed,
  [a, b, short]: readonly Beginning[],
  paddings: readonly P[],
  pad: (padding: P) => void,
): Promise<readonly Nats[]> {
  model.batching = 'alone';
  const alone = await follow(model, [a!, short!], 1);
  model.batching = 'even';
  const even = await attempt(() => follow(model, [a!, b!]));
  if (!near(even?.[0], alone[0])) {
    model.batching = 'alone';
    return alone;
  }
  model.batching = 'ragged';
  for (const padding of paddings) {
    pad(padding);
    const ragged = await attempt(() => follow(model, [a!, short!], 1));
    if (near(ragged?.flat(), alone.flat())) return alone;
  }
  model.batching = 'even';
  return alone;
}

/** Where pasts must be equally long, prompts of any length may still begin together, padded where nothing looks. */
async function probeStarts(
  model: StandardModel,
  [a, , short]: readonly Beginning[],
  alone: readonly Nats[],
): Promise<void> {
  model.padding = 'right';
  model.startsTogether = true;
  const started = await attempt(() => follow(model, [a!, short!]));
  const expected = alone.flatMap((nats) => nats.slice(0, 2));
  model.startsTogether = near(started?.flat(), expected);
  if (!model.startsTogether) model.padding = 'left';
}

/** Whether several tokens may follow a past in one pass, and those of several rows together. */
async function probeContinuation(model: StandardModel): Promise<void> {
  if (model.batching === 'alone') {
    // The length of a pass changes the numbers here, so a trial tells nothing.
    model.continuation = model.hasBranches ? 'token' : 'tokens';
    return;
  }
  const whole = [tokens(model, 7, 3), tokens(model, 7, 11)];
  const cuts = model.batching === 'ragged' ? [4, 2] : [4, 4];
  const tolerance = CONTINUATION_TOLERANCE[model.createCache().element];
  model.continuesAlone = true;
  const [one, other] = (await goOn(model, whole, [0, 0])).map((nats, r) => nats.slice(cuts[r], cuts[r]! + 3));
  const cut = await attempt(() => goOn(model, [whole[0]!], [4]));
  if (!near(cut?.[0], one, tolerance)) {
    model.continuation = 'token';
    return;
  }
  model.continuesAlone = false;
  const pieces = whole.map((all, r) => all.slice(0, cuts[r]! + 3));
  const together = await attempt(() => goOn(model, pieces, cuts));
  model.continuesAlone = !near(together?.flat(), [...one!, ...other!], tolerance);
}

/** Log-probabilities of one target after each token behind the cut, what is before it having been read in a pass before. */
async function goOn(model: StandardModel, rows: readonly number[][], cuts: readonly number[]): Promise<Nats[]> {
  const cache = model.createCache();
  cache.reserve(rows.length, 16);
  const before = rows.flatMap((all, slot) => {
    const cut = cuts[slot]!;
    return cut === 0 ? [] : [{ past: slot, pastLength: 0, tokens: all.slice(0, cut), store: slot }];
  });
  if (before.length > 0) await model.step(cache, before, [{ row: 0, position: 0, target: 0 }], 1);
  const after = rows.map((all, slot): StepRow => {
    return { past: slot, pastLength: cuts[slot]!, tokens: all.slice(cuts[slot]!), store: slot };
  });
  const wanted = after.flatMap((row, r) =>
    Array.from(row.tokens, (_, position) => ({ row: r, position, target: 2 % model.vocabularySize })),
  );
  const out = await model.step(cache, after, wanted, 1);
  return after.map((_, r) => wanted.flatMap(({ row }, at) => (row === r ? [out.targetLogProbabilities[at]!] : [])));
}

/**
 * Log-probabilities of one target after each beginning and after one token more, all in the same steps; of one of them
 * after a third token too, by itself: keys that were turned by the place they had beside others are wrong in another.
 */
async function follow(model: Probed, beginnings: readonly Beginning[], moving?: number): Promise<Nats[]> {
  const cache = model.createCache();
  cache.reserve(beginnings.length, 16);
  const target = 2 % model.vocabularySize;
  const rows = beginnings.map((each, slot): StepRow => {
    const source = each.source === undefined ? undefined : new Source(each.source);
    return { past: slot, pastLength: 0, tokens: each.tokens, store: slot, source };
  });
  const ends = rows.map((each, row) => ({ row, position: each.tokens.length - 1, target }));
  const first = await model.step(cache, rows, ends, 1);
  const next = rows.map((row): StepRow => ({ ...row, pastLength: row.tokens.length, tokens: [target] }));
  const later = next.map((_, row) => ({ row, position: 0, target }));
  const second = await model.step(cache, next, later, 1);
  const found = rows.map((_, r) => [first.targetLogProbabilities[r]!, second.targetLogProbabilities[r]!]);
  const row = moving === undefined ? undefined : next[moving];
  if (row === undefined) return found;
  const last = { ...row, pastLength: row.pastLength + 1 };
  const third = await model.step(cache, [last], [{ row: 0, position: 0, target }], 1);
  found[moving!]!.push(third.targetLogProbabilities[0]!);
  return found;
}

/** A kernel that refuses what is tried does not support it. */
async function attempt<T>(trial: () => Promise<T>): Promise<T | undefined> {
  try {
    return await trial();
  } catch {
    return undefined;
  }
}

function tokens(model: CausalModel, length: number, stride: number): number[] {
  return Array.from({ length }, (_, i) => (5 + i * stride) % model.vocabularySize);
}

function near(a: Nats | undefined, b: Nats | undefined, tolerance = TOLERANCE): boolean {
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  return a.every((value, i) => Math.abs(value - b[i]!) <= tolerance);
}
