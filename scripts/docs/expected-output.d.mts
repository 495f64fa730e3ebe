export declare function withoutMachine(line: string, folder: string): string;
export declare function difference(
  expected: string,
  printed: string,
  folder: string,
  isExact?: boolean,
): string | undefined;
