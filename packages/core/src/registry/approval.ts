/** As SageMaker's ModelApprovalStatus. */
export type Approval = 'PendingManualApproval' | 'Approved' | 'Rejected';
