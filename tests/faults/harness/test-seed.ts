/** Another one for every run, so that many runs try many things; TOCSIN_SEED repeats one. */
export function testSeed(): number {
  const given = process.env['TOCSIN_SEED'];
  return given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
}
