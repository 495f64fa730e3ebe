export interface Block {
  readonly language: string;
  readonly file: string | undefined;
  readonly shown: string | undefined;
  readonly runsAs: string | undefined;
  readonly isExact: boolean;
  readonly text: string;
  readonly first: number;
  readonly end: number;
}
export declare function readPage(text: string): {
  readonly blocks: readonly Block[];
  readonly headings: readonly { readonly level: number; readonly text: string; readonly anchor: string }[];
  readonly links: readonly { readonly target: string; readonly line: number }[];
  readonly start: string | undefined;
};
