import { appScript, pageStyle } from '../generated/app-bundle.ts';
import { pageDocument } from '../page/page-document.ts';
import type { AuditPage, JudgeAudit } from './judge-audit.ts';

/** An audit as one file that works offline. */
export function auditDocument(audit: JudgeAudit): string {
  const page: AuditPage = { view: 'audit', audit };
  const title = `Judges of ${audit.run}`;
  return pageDocument({
    page,
    title: `${title} – assay`,
    headline: title,
    instead: `assay judge audit ${audit.run} --format md`,
    ...{ script: appScript, style: pageStyle, folder: '', blocks: [] },
  });
}
