// Prints the closing line of test runs, "tests: N passed, N failed", from the JSON reports of Vitest.
// A test file that could not be loaded is a failure too, and so is a missing report.
import { readFileSync } from 'node:fs';

const counts = process.argv.slice(2).map(count);
const sum = (name) => counts.reduce((total, run) => total + run[name], 0);
const [passed, failed] = [sum('passed'), sum('failed')];
console.log(`tests: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function count(path) {
  let report;
  try {
    report = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { passed: 0, failed: 1 };
  }
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = report.numFailedTests + broken.length;
  return { passed: report.numPassedTests, failed: failed === 0 && !report.success ? 1 : failed };
}
