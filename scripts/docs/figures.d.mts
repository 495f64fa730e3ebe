/** Name → what stands there. */
export type Figures = ReadonlyMap<string, () => string>;
export declare function figuresOf(metrics: object): Figures;
