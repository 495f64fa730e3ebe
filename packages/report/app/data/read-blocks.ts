/** What is there and is not as it was written. */
export function damaged(what: string): Error {
  return new Error(`${what} is damaged: write the report again, or copy it again whole`);
}

/** JSON text by name: from blocks in the page, or from script files beside it. */
export interface Blocks {
  /** Whether reading takes no time. */
  readonly isInPage: boolean;
  read(name: string): Promise<string>;
  /** The text of a block in the page. */
  at(name: string): string | null;
  /** Where a block lies, in words. */
  placeOf(name: string): string;
}

export function blocksOf(folder: string): Blocks {
  const at = (name: string) => document.getElementById(`data-${name}`)?.textContent ?? null;
  if (folder === '')
    return {
      ...{ isInPage: true, at, read: (name) => Promise.resolve(at(name) ?? 'null') },
      placeOf: (name) => `the block ${name} of this page`,
    };
  return { isInPage: false, at: () => null, read: readerOf(folder), placeOf: (name) => `${folder}/${name}.js` };
}

/** Script files, because `file:` pages can fetch nothing. Each calls `assayData(name, text)`. */
function readerOf(folder: string): (name: string) => Promise<string> {
  const waiting = new Map<string, (text: string) => void>();
  Object.assign(globalThis, {
    assayData: (name: string, text: unknown) => waiting.get(name)?.(String(text)),
  });
  return (name) =>
    new Promise((resolve, reject) => {
      const script = document.createElement('script');
      const end = () => {
        waiting.delete(name);
        script.remove();
      };
      waiting.set(name, (text) => {
        end();
        resolve(text);
      });
      // A script that is cut, or another one, loads and says nothing.
      script.onload = () => {
        if (!waiting.has(name)) return;
        end();
        reject(damaged(`${folder}/${name}.js`));
      };
      script.onerror = () => {
        end();
        reject(new Error(`${folder}/${name}.js is missing: the folder ${folder} must lie beside this page`));
      };
      script.src = `${folder.split('/').map(encodeURIComponent).join('/')}/${name}.js`;
      document.head.append(script);
    });
}
