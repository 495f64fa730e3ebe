import { testReferenceRows } from '../../../test/reference-rows.ts';

testReferenceRows('corpus_interval', 'corpus_pair', 'auc_interval');
