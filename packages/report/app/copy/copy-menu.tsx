/** @jsxImportSource preact */
import { useRef, useState } from 'preact/hooks';
import { Pieces } from '../marks/words.tsx';
import { addressOf, pngOf, svgOf } from './picture.ts';
import { csvOf, markdownOf, type TextTable, tablesIn } from './table-text.ts';

export interface CopyMenuProps {
  /** Id of what is copied. */
  readonly of: string;
  /** What people call it. */
  readonly title: string;
  /** Figures of a drawing that stands in no table. */
  readonly data?: (() => TextTable) | undefined;
}

/** A table or a drawing as Markdown, CSV, PNG or SVG: texts go to the clipboard, pictures into a file. */
export function CopyMenu({ of, title, data }: CopyMenuProps) {
  const [said, setSaid] = useState('');
  const fold = useRef<HTMLDetailsElement>(null);
  const act = (work: (part: HTMLElement) => Promise<string>) => async () => {
    const part = document.getElementById(of);
    if (part === null) return;
    try {
      setSaid(await work(part));
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    }
  };
  const tables = (part: HTMLElement) => [...(data === undefined ? [] : [data()]), ...tablesIn(part)];
  const copied = (write: (tables: readonly TextTable[]) => string) =>
    act(async (part) => {
      await copyText(write(tables(part)));
      return 'copied';
    });
  const saved = (ending: string, address: (part: HTMLElement) => Promise<string>) =>
    act(async (part) => {
      const file = `${of.replace(/[^\w-]+/g, '-')}.${ending}`;
      save(file, await address(part));
      return `saved as ${file}`;
    });
  return (
    <details class="copy" ref={fold}>
      <summary aria-label={`Copy ${title} as…`}>copy</summary>
      <div class="copy-as">
        <button type="button" onClick={copied(markdownOf)}>
          Markdown
        </button>
        <button type="button" onClick={copied(csvOf)}>
          CSV
        </button>
        <button type="button" onClick={saved('png', pngOf)}>
          PNG
        </button>
        <button type="button" onClick={saved('svg', async (part) => addressOf('image/svg+xml', svgOf(part)))}>
          SVG
        </button>
        <span role="status">
          <Pieces text={said} />
        </span>
      </div>
    </details>
  );
}

/** To the clipboard; where a page from disk may not use it, by way of a selection. @throws Error where neither goes */
async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    document.body.append(field);
    field.select();
    const isCopied = document.execCommand('copy');
    field.remove();
    if (!isCopied) throw new Error('this browser does not let a page copy');
  }
}

function save(file: string, address: string): void {
  const link = document.createElement('a');
  link.download = file;
  link.href = address;
  link.click();
}
