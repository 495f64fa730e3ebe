import { chunkName, type PackedRow, type PageIndex } from '../../src/rows/page-data.ts';

/** Chunks kept parsed; scrolling back further parses again. */
const KEPT = 160;

/** Gives the explorer its rows, from blocks in the page or from script files beside it. */
export interface SampleSource {
  readonly index: PageIndex;
  chunkOf(row: number): number;
  /** The row if it is available, else null: ask `load` for its chunk. */
  peek(row: number): PackedRow | null;
  load(chunk: number): Promise<readonly PackedRow[]>;
  /** Why a row's texts cannot be had, once loading them has failed; null for all others. */
  missing(row: number): string | null;
}

type Load = (name: string) => unknown;

function fromPage(name: string): unknown {
  return JSON.parse(document.getElementById(`data-${name}`)?.textContent ?? 'null');
}

/** Script files, because `file:` pages can fetch nothing. Each calls `assayData(name, value)`. */
function fromFolder(folder: string): (name: string) => Promise<unknown> {
  const waiting = new Map<string, (value: unknown) => void>();
  Object.assign(globalThis, {
    assayData: (name: string, value: unknown) => waiting.get(name)?.(value),
  });
  return (name) =>
    new Promise((resolve, reject) => {
      const script = document.createElement('script');
      const end = () => {
        waiting.delete(name);
        script.remove();
      };
      waiting.set(name, (value) => {
        end();
        resolve(value);
      });
      script.onerror = () => {
        end();
        reject(new Error(`${folder}/${name}.js is missing: the folder ${folder} must lie beside this page`));
      };
      script.src = `${folder.split('/').map(encodeURIComponent).join('/')}/${name}.js`;
      document.head.append(script);
    });
}

export async function openSampleSource(folder: string): Promise<SampleSource> {
  const read: Load = folder === '' ? fromPage : fromFolder(folder);
  const index = (await read('index')) as PageIndex;
  const { chunkStarts } = index;
  const parsed = new Map<number, readonly PackedRow[]>();
  const pending = new Map<number, Promise<readonly PackedRow[]>>();
  const failed = new Map<number, string>();

  const keep = (chunk: number, rows: readonly PackedRow[]) => {
    parsed.delete(chunk);
    parsed.set(chunk, rows);
    const [oldest] = parsed.keys();
    if (parsed.size > KEPT && oldest !== undefined) parsed.delete(oldest);
    return rows;
  };
  const chunkOf = (row: number) => {
    let low = 0;
    let high = chunkStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((chunkStarts[middle] ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    index,
    chunkOf,
    peek(row) {
      const chunk = chunkOf(row);
      let rows = parsed.get(chunk);
      if (rows === undefined && folder === '') rows = keep(chunk, fromPage(chunkName(chunk)) as readonly PackedRow[]);
      return rows?.[row - (chunkStarts[chunk] ?? 0)] ?? null;
    },
    load(chunk) {
      const at = parsed.get(chunk);
      if (at !== undefined) return Promise.resolve(at);
      const started =
        pending.get(chunk) ??
        Promise.resolve(read(chunkName(chunk))).then((rows) => keep(chunk, rows as readonly PackedRow[]));
      pending.set(chunk, started);
      started.then(
        () => {
          pending.delete(chunk);
          failed.delete(chunk);
        },
        (cause: unknown) => {
          pending.delete(chunk);
          failed.set(chunk, cause instanceof Error ? cause.message : String(cause));
        },
      );
      return started;
    },
    missing: (row) => failed.get(chunkOf(row)) ?? null,
  };
}
