/** Whether a code point is one that the pattern takes. */
export type CharacterTest = (code: number) => boolean;

export type AssertionKind = 'start' | 'end' | 'line-start' | 'line-end' | 'last-line-end' | 'word-edge' | 'inner';

/** A pattern of Python's `re` as a tree. Lengths count code points. */
export type PatternNode =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'assertion'; readonly is: AssertionKind }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly branches: readonly PatternNode[] }
  | { readonly kind: 'group'; readonly index: number; readonly body: PatternNode }
  | {
      readonly kind: 'repeat';
      readonly body: PatternNode;
      readonly least: number;
      /** Infinity without a limit. */
      readonly most: number;
      readonly isLazy: boolean;
    }
  | {
      readonly kind: 'look';
      readonly body: PatternNode;
      readonly isBehind: boolean;
      readonly isNegative: boolean;
    };

export interface ParsedPattern {
  readonly root: PatternNode;
  readonly groupCount: number;
  readonly names: Readonly<Record<string, number>>;
}

/** What a pattern's letters mean. */
export interface PatternFlags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}
