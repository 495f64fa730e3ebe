#!/usr/bin/env node
import '@assay/cli/main';
