/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact';
import type { PackedText } from '../../src/rows/clip-text.ts';
import { visiblePieces } from '../../src/text/visible-text.ts';
import { formatCount as count } from '../../src/wording/format-number.ts';
import { textOf } from '../filter/search-text.ts';

/** Text from a run, as text: hidden characters written out and set off. */
export function Pieces({ text }: { readonly text: string }) {
  return visiblePieces(text).map((piece, i) =>
    piece.hidden ? (
      <span class="hidden-character" key={i}>
        {piece.text}
      </span>
    ) : (
      piece.text
    ),
  );
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
