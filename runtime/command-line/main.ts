#!/usr/bin/env node
import { runCommandLine } from './command-line.js';

// The reader of a pipe may leave early (`tocsin replay … | head`): nothing is wrong then, and nobody listens.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// Set, not exit(): what is still being written to a pipe gets out first.
process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
});
