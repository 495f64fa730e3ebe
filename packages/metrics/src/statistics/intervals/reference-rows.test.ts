import { testReferenceRows } from '../../../test/reference-rows.ts';

testReferenceRows('blaker', 'quantile_interval', 'wilson_interval', 'mean_stderr');
