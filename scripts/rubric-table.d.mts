import type { JudgeAudit } from '@assay/report';

/** The table in a page. */
export function tableIn(page: string): string;

/** The page with another table. */
export function withTable(page: string, table: string): string;

/** How far a judge agrees with people on each rubric, in Markdown. */
export function rubricTable(judges: JudgeAudit['judges'], labels: readonly Readonly<Record<string, string>>[]): string;
