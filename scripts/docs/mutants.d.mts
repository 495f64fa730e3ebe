import type { Figures } from './figures.mjs';

export interface Numeral {
  readonly name: string;
  readonly text: string;
  readonly index: number;
  readonly number: string;
  readonly kind: string;
}
export declare const NOT_NOTICED: Readonly<Record<string, string>>;
export declare function numbersOf(root: string): Promise<readonly Numeral[]>;
export declare function isNoticed(numeral: Numeral, figures: Figures, root: string): boolean;
