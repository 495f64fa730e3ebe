import fc from 'fast-check';

// A mutant is noticed by the first counterexample: to look for the smallest takes minutes where the property holds for nothing.
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });
