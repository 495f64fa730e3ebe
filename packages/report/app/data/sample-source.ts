import { type PackedRow, type PageIndex, scoresName } from '../../src/rows/page-data.ts';
import { checkedColumn, checkedIndex } from './checked-index.ts';
import { ChunkTexts } from './chunk-texts.ts';
import { type Blocks, blocksOf, damaged } from './read-blocks.ts';

/** Gives the explorer its rows, from blocks in the page or from script files beside it. */
export interface SampleSource {
  /** Another one each time that a score's column has come. */
  readonly index: PageIndex;
  chunkOf(row: number): number;
  /** The row if it is at hand, else null: ask `load` for its chunk. */
  peek(row: number): PackedRow | null;
  load(chunk: number): Promise<readonly PackedRow[]>;
  /** The JSON of a chunk, a row a line. */
  text(chunk: number): Promise<string>;
  /** Why a row's texts cannot be had, once loading them has failed; null for all others. */
  missing(row: number): string | null;
  /** Fetches the columns of scores by their places, each once. @returns whether any came */
  wantScores(places: readonly number[]): Promise<boolean>;
  /** Reads chunks that are not at hand while the page has nothing else to do, as many as there is room for. */
  readAhead(): void;
  /** When the first texts are at hand, or cannot be had: what the first look does not need waits for them. */
  readonly firstTexts: Promise<unknown>;
}

/** Where a row's chunk begins, by halving. */
function chunkAt(starts: readonly number[], row: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** What a block holds. @throws Error that says where it lies, for one that holds something else */
async function checked<Value>(blocks: Blocks, name: string, read: (text: string) => Value): Promise<Value> {
  const text = await blocks.read(name);
  try {
    return read(text);
  } catch {
    throw damaged(blocks.placeOf(name));
  }
}

function factsOf({ rows, chunkStarts, chunkCharacters }: PageIndex) {
  return chunkStarts.map((start, at) => ({
    rows: (chunkStarts[at + 1] ?? rows) - start,
    characters: chunkCharacters[at] ?? 0,
  }));
}

export async function openSampleSource(folder: string): Promise<SampleSource> {
  const blocks = blocksOf(folder);
  const reading = checked(blocks, 'index', checkedIndex);
  const chunks = new ChunkTexts(
    blocks,
    reading.then(factsOf, () => []),
  );
  // Not after the index: both are needed for the first look.
  const firstTexts = chunks.text(0).catch(() => undefined);
  let index = await reading;
  const { chunkStarts } = index;
  const asked = new Map<number, Promise<void>>();
  const chunkOf = (row: number) => chunkAt(chunkStarts, row);
  const fetchScore = async (place: number) => {
    const values = await checked(blocks, scoresName(place), (text) => checkedColumn(JSON.parse(text), index.rows));
    index = { ...index, scores: index.scores.map((score, at) => (at === place ? { ...score, values } : score)) };
  };
  return {
    get index() {
      return index;
    },
    ...{ chunkOf, firstTexts },
    peek(row) {
      const chunk = chunkOf(row);
      return chunks.rows(chunk)?.[row - (chunkStarts[chunk] ?? 0)] ?? null;
    },
    load: async (chunk) => {
      await chunks.text(chunk);
      return chunks.rows(chunk) ?? [];
    },
    text: (chunk) => chunks.text(chunk),
    missing: (row) => chunks.failure(chunkOf(row)),
    async wantScores(places) {
      const away = places.filter((place) => index.scores[place]?.values === null);
      for (const place of away) if (!asked.has(place)) asked.set(place, fetchScore(place));
      await Promise.all(away.map((place) => asked.get(place)));
      return away.length > 0;
    },
    readAhead: () => readAhead(chunks, chunkStarts.length),
  };
}

function readAhead(chunks: ChunkTexts, count: number): void {
  let next = 0;
  const step = () => {
    while (next < count && (chunks.has(next) || chunks.failure(next) !== null)) next += 1;
    if (next >= count || !chunks.hasRoom) return;
    const again = () => requestIdleCallback(step);
    chunks.text(next++).then(again, again);
  };
  requestIdleCallback(step);
}
