import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { portOf } from '../../loopback-port.js';
import { PACKET, type Packet, PacketReader, packetIdOf, publishAckPacket } from './mqtt-wire.js';

/**
 * Makes a broker that acknowledges before it stores out of one that does not: a proxy before it answers every PUBLISH
 * at once and keeps the broker's own acknowledgement to itself. Gives its port.
 */
export async function acknowledgeEarly(brokerPort: number): Promise<number> {
  const server = createServer((device) => void pair(device, connect(brokerPort, '127.0.0.1')));
  server.listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  return portOf(server);
}

function pair(device: Socket, broker: Socket): void {
  pass(device, broker, (packet) => {
    const packetId = packet.type === PACKET.publish ? packetIdOf(packet) : null;
    if (packetId !== null) device.write(publishAckPacket(packetId));
    return true;
  });
  pass(broker, device, ({ type }) => type !== PACKET.publishAck);
}

function pass(from: Socket, to: Socket, goesOn: (packet: Packet) => boolean): void {
  const reader = new PacketReader();
  from.on('error', () => undefined); // `close` follows
  from.on('close', () => to.destroy());
  from.on('data', (chunk) => {
    for (const packet of reader.packets(chunk)) if (goesOn(packet)) to.write(packet.bytes);
  });
}
