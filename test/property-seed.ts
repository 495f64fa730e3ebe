import fc from 'fast-check';

// The gate tries the same cases each time: what it says of a commit does not depend on luck. At a developer's desk each run of a
// property looks at new ones, and `npm run fuzz` at many.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 1 });
