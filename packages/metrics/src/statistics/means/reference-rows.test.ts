import { testReferenceRows } from '../../../test/reference-rows.ts';

testReferenceRows('mean_interval', 'cr2', 'weighted_mean');
