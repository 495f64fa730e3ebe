/** @jsxImportSource preact */
import { Fragment } from 'preact';
import { visiblePieces } from '../../src/text/visible-text.ts';

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

/** A name, which may break where its parts end: `recall_over_words`, `org/model`. */
export function Label({ text }: { readonly text: string }) {
  return text.split(/(?<=[_/.])/).map((part, i) => (
    <Fragment key={i}>
      {i > 0 && <wbr />}
      <Pieces text={part} />
    </Fragment>
  ));
}

/** A name from a run: its direction is its own. */
export function Name({ text }: { readonly text: string }) {
  return (
    <bdi class="name">
      <Label text={text} />
    </bdi>
  );
}

/** A message of ours with what stands between backticks as code. */
export function Message({ text }: { readonly text: string }) {
  return text.split('`').map((part, at) =>
    at % 2 === 1 ? (
      <code key={at}>
        <Pieces text={part} />
      </code>
    ) : (
      <Pieces text={part} key={at} />
    ),
  );
}
