/** Connections without a CONNECT: a crowd that means to connect gets in, a crowd that just sits there does not stay. */
import { expect, test } from 'vitest';
import { ConnectingClients } from '../../firmware-bridge/connecting-clients.js';

function connecting() {
  const clock = { ms: 0 };
  const clients = new ConnectingClients(() => clock.ms);
  const cut: number[] = [];
  let count = 0;
  const add = (address = '10.0.0.1') => {
    const number = count++;
    return clients.add(address, () => cut.push(number));
  };
  return { add, cut, clock };
}

test('lets any number come at once', () => {
  const { add, cut, clock } = connecting();
  for (let i = 0; i < 5_000; i++) add();
  clock.ms = 999;
  add();
  expect(cut).toEqual([]);
});

test('of those that wait for more than a second 31 and the newest may stay, and the oldest go', () => {
  const { add, cut, clock } = connecting();
  for (let i = 0; i < 40; i++) add();
  clock.ms = 1_000;
  add();
  expect(cut).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  add();
  expect(cut).toHaveLength(10);
});

test('does not count those that have connected or are gone', () => {
  const { add, cut, clock } = connecting();
  const leave = Array.from({ length: 40 }, () => add());
  for (const left of leave.slice(0, 20)) left();
  clock.ms = 1_000;
  for (let i = 0; i < 12; i++) add();
  expect(cut).toEqual([]);
  add();
  expect(cut).toEqual([20]);
});

test('counts each address for itself', () => {
  const { add, cut, clock } = connecting();
  for (let i = 0; i < 32; i++) add('10.0.0.1');
  clock.ms = 1_000;
  add('10.0.0.2');
  expect(cut).toEqual([]);
  add('10.0.0.1');
  expect(cut).toEqual([0]);
});
