export declare const MOST_WORDS: number;
export declare const MOST_SPOKEN: number;
export declare const MOST_WORDS_A_SENTENCE: number;
export declare function countWords(text: string): number;
export declare function countSpoken(text: string): number;
export declare function wordsASentence(text: string): number;
export declare function wordProblems(pages: readonly (readonly [string, string])[]): string[];
