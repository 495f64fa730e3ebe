export declare function isStale(root?: string): boolean;
export declare function buildIfStale(): void;
