export declare const DATA_FILE: URL;
export declare function dataFile(pages: readonly (readonly [string, string])[]): string;
export declare function dataProblems(text: string, name: string): string[];
