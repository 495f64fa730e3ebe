export declare function commandsOf(block: string): {
  readonly line: string;
  readonly exit: number;
  readonly output: string;
  readonly first: number;
  readonly end: number;
}[];
