/**
 * Depth-first order of a graph given as node → the nodes it needs: each node after those it needs. Every circle that
 * is met is in `cycles` with the way round, `['a', 'b', 'a']`; its nodes are in `order` all the same.
 * Names that are no node are passed over. Runs without recursion, in time linear in nodes and edges.
 */
export function orderGraph(needs: ReadonlyMap<string, readonly string[]>): {
  order: string[];
  cycles: string[][];
} {
  const order: string[] = [];
  const cycles: string[][] = [];
  const done = new Set<string>();
  for (const start of needs.keys()) {
    if (done.has(start)) continue;
    const path: { node: string; next: number }[] = [{ node: start, next: 0 }];
    const depthOf = new Map([[start, 0]]);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const need = needs.get(top.node)?.[top.next++];
      if (need === undefined) {
        path.pop();
        depthOf.delete(top.node);
        done.add(top.node);
        order.push(top.node);
        continue;
      }
      const depth = depthOf.get(need);
      if (depth !== undefined) cycles.push([...path.slice(depth).map(({ node }) => node), need]);
      else if (needs.has(need) && !done.has(need)) {
        depthOf.set(need, path.length);
        path.push({ node: need, next: 0 });
      }
    }
  }
  return { order, cycles };
}
