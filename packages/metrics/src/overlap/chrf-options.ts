export interface ChrfOptions {
  /** Longest character n-gram. @default 6 */
  readonly charOrder?: number;
  /** Longest word n-gram: 0 is chrF, 2 is chrF++. @default 0 */
  readonly wordOrder?: number;
  /** Weight of recall against precision. @default 2 */
  readonly beta?: number;
  /** @default false */
  readonly lowercase?: boolean;
  /** Count whitespace as characters. @default false */
  readonly whitespace?: boolean;
  /** Smooth as chrF++.py, Moses and nltk do instead of leaving out orders that a side lacks. @default false */
  readonly epsilonSmoothing?: boolean;
}
