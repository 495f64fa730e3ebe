import { testReferenceRows } from '../../../test/reference-rows.ts';

testReferenceRows('adjusted', 'mcnemar', 'paired_ttest', 'wilcoxon_signed_rank');
