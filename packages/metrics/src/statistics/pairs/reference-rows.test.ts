import { testReferenceRows } from '../../../test/reference-rows.ts';

testReferenceRows('flips', 'pair_test', 'equivalence');
