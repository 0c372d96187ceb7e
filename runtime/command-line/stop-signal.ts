/** Ctrl-C reaches a program that npm runs twice, from the terminal and from npm: that is one wish, not two. */
const ECHO_MS = 500;

/** Resolves at the first signal to stop; one more, a moment later, ends the process at once, as signals do. */
export function stopSignal(): Promise<void> {
  let firstAt: number | null = null;
  return new Promise((resolve) => {
    const onSignal = (signal: NodeJS.Signals) => {
      if (firstAt === null) {
        firstAt = performance.now();
        resolve();
      } else if (performance.now() - firstAt > ECHO_MS) {
        process.off('SIGTERM', onSignal);
        process.off('SIGINT', onSignal);
        process.kill(process.pid, signal);
      }
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}
