/** So much of `items`, at least one, in their order, each choice equally likely (Knuth, "Seminumerical algorithms", S). */
export function drawn(items: Int32Array, share: number, random: () => number): Int32Array {
  const wanted = Math.min(items.length, Math.max(1, Math.round(items.length * share)));
  const chosen = new Int32Array(wanted);
  let count = 0;
  for (let index = 0; index < items.length && count < wanted; index++) {
    const isChosen = random() * (items.length - index) < wanted - count;
    if (isChosen) chosen[count++] = items[index] ?? 0;
  }
  return chosen;
}
