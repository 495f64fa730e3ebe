import type { Figures } from './figures.mjs';

export declare function withFigures(text: string, figures: Figures): string;
export declare function figureProblems(text: string, figures: Figures, name?: string): string[];
export declare function sourceProblems(root: string): string[];
