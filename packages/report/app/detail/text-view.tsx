/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact';
import type { PackedText } from '../../src/rows/clip-text.ts';
import { formatCount as count } from '../../src/wording/format-number.ts';
import { textOf } from '../filter/search-text.ts';
import { Pieces } from '../marks/words.tsx';
import type { DiffPart } from './word-diff.ts';

/** A diff as text: what came in and what went out set off. */
export function DiffPieces({ parts }: { readonly parts: readonly DiffPart[] }) {
  return parts.map(({ kind, text }, i) => {
    const pieces = <Pieces text={text} />;
    if (kind === 'added') return <ins key={i}>{pieces}</ins>;
    if (kind === 'removed') return <del key={i}>{pieces}</del>;
    return <span key={i}>{pieces}</span>;
  });
}

/** A block of hostile text: its direction is its own and cannot leak into the page. */
export function TextBlock({
  packed,
  children,
}: {
  readonly packed: PackedText;
  readonly children?: ComponentChildren;
}) {
  const text = textOf(packed);
  const length = typeof packed === 'string' ? packed.length : packed[1];
  return (
    <>
      <div class="text" dir="auto">
        {children ?? (text === '' ? <span class="none">(empty)</span> : <Pieces text={text} />)}
      </div>
      {length > text.length && (
        <p class="clipped">
          The first {count(text.length)} of {count(length)} characters.
        </p>
      )}
    </>
  );
}
