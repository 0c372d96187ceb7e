/** A function of a site that random expressions call: it sees kinds and gives texts, NaN and nothing now and then. */
export const RANDOM_FUNCTION = {
  path: 'functions/mixed.js',
  text: `function mixed(a, b) {
    if (typeof a !== 'number' || typeof b !== 'number') return typeof a;
    if (a === b) return undefined;
    let sum = 0;
    for (let i = 0; i < 3; i += 1) sum += (a - b) * i;
    return a > 30 ? NaN : sum / 2;
  }`,
};
