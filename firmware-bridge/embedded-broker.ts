import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type Client, type PublishPacket } from 'aedes';
import type { BridgeLog } from './bridge-log.js';
import { type FrameLimits, guardFrames } from './frame-guard.js';
import type { Accept, PublishOptions, ReceivedMessage, WhenReady } from './received-message.js';
import type { RejectionCounters } from './rejection-counters.js';

/** The source that messages of this broker carry. */
export const EMBEDDED = 'embedded';

export interface EmbeddedBrokerOptions {
  readonly host: string;
  /** 0: one that is free. */
  readonly port: number;
  readonly connectionsMax: number;
  /** Largest packet after CONNECT, in bytes; a client that sends a larger one is cut off. */
  readonly packetBytesMax: number;
  readonly accept: Accept;
  readonly whenReady?: WhenReady;
  readonly counters: RejectionCounters;
  readonly log: BridgeLog;
}

/** Our own broker for devices: MQTT 3.1 and 3.1.1 over TCP. */
export interface EmbeddedBroker {
  readonly host: string;
  readonly port: number;
  /** How many are connected. */
  readonly clients: number;
  /** Hands a message of our own to the subscribers; it does not come back as input. Resolves when they have it. */
  publish(topic: string, payload: Buffer, options: PublishOptions): Promise<void>;
  /** Cuts all clients off and stops listening. */
  stop(): Promise<void>;
}

/** A CONNECT holds a client id, a will, a user and a password: 4 KB is plenty, and all a stranger may send. */
const CONNECT_LIMITS = { connectMs: 5_000, connectBytes: 4_096 } as const;

/**
 * While one subscriber does not read, the whole broker waits for it. After this long it is cut off instead; the default
 * of 60 s would stop every device for that minute.
 */
const DRAIN_MS = 2_000;

const SYSTEM_TOPICS = '$SYS/';

/**
 * Starts the broker. Every PUBLISH and every will of a client goes to `accept`, and only then on to acknowledgement and
 * subscribers; what this process publishes itself does not.
 *
 * @throws the system error of listening (`EADDRINUSE`, `EACCES`, …)
 */
export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const state = { isStopping: false };
  const aedes = await Aedes.createBroker({
    drainTimeout: DRAIN_MS,
    // The frame guard cuts a silent connection first, and counts it.
    connectTimeout: 2 * CONNECT_LIMITS.connectMs,
    ...hooks(options, state),
  });
  watchErrors(aedes, options);
  const limits: FrameLimits = { ...CONNECT_LIMITS, packetBytes: options.packetBytesMax };
  // aedes knows only clients that have connected; stopping must end the others too.
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.setNoDelay(true);
    guardFrames(socket, limits, (violation) => reject(options, violation, addressOf(socket)));
    aedes.handle(socket);
  });
  server.maxConnections = options.connectionsMax;
  server.on('drop', (dropped) => reject(options, 'tooManyConnections', dropped?.remoteAddress ?? 'a client'));
  try {
    await listen(server, options);
  } catch (error) {
    await closeAedes(aedes);
    throw error;
  }
  return {
    host: options.host,
    port: portOf(server),
    get clients() {
      return aedes.connectedClients;
    },
    publish: (topic, payload, how) => publish(aedes, { topic, payload, ...how }),
    stop() {
      state.isStopping = true;
      return stop(aedes, server, sockets);
    },
  };
}

/** All hooks, so that none keeps a default of aedes that lets everybody do everything. */
function hooks(options: EmbeddedBrokerOptions, state: { readonly isStopping: boolean }) {
  return {
    preConnect(client: Client, packet: { protocolVersion?: number | undefined }, done: PreConnectDone) {
      if (packet.protocolVersion === 5) reject(options, 'mqtt5', addressOf(client.conn));
      done(null, true);
    },
    authenticate(_client: Client, _user: unknown, _password: unknown, done: AuthenticateDone) {
      done(null, true);
    },
    authorizePublish(client: Client | null, packet: PublishPacket, done: Done) {
      // Whoever we disconnect ourselves has not failed: its will is not published.
      if (state.isStopping) done(new CutOff('the broker stops'));
      else take(options, client, packet, done);
    },
    authorizeSubscribe(client: Client, subscription: { topic: string; qos: 0 | 1 | 2 }, done: SubscribeDone) {
      if (!subscription.topic.startsWith(SYSTEM_TOPICS)) return done(null, subscription);
      reject(options, 'systemTopic', client.id);
      done(null, null);
    },
    authorizeForward<T>(_client: Client, packet: T): T {
      return packet;
    },
    published(_packet: unknown, _client: unknown, done: Done) {
      done();
    },
  };
}

type Done = (error?: Error | null) => void;
type PreConnectDone = (error: Error | null, success: boolean) => void;
type AuthenticateDone = (error: null, success: boolean) => void;
type SubscribeDone = (error: Error | null, subscription: { topic: string; qos: 0 | 1 | 2 } | null) => void;

/** The only place where aedes waits before it acknowledges. An error cuts the client off without PUBACK. */
function take(
  options: EmbeddedBrokerOptions,
  client: Client | null,
  packet: PublishPacket,
  done: Done,
): void {
  const sender = client?.id ?? 'a will';
  if (packet.topic.startsWith(SYSTEM_TOPICS)) {
    reject(options, 'systemTopic', sender);
    done(new CutOff('system topics are not for clients'));
    return;
  }
  const accepted = options.accept(received(sender, packet));
  if (accepted === undefined) {
    goOn(options, done);
    return;
  }
  const settled = accepted.then(
    () => null,
    () => {
      reject(options, 'notStored', sender);
      return new CutOff('the message was not stored');
    },
  );
  // Nobody waits for a QoS 0 message to be safe.
  if (packet.qos === 0) goOn(options, done);
  else settled.then(done);
}

/** Nobody waits for what was accepted, but for room for more. */
function goOn({ whenReady }: EmbeddedBrokerOptions, done: Done): void {
  const ready = whenReady?.();
  if (ready === undefined) done();
  else ready.then(() => done(), done);
}

function publish(
  aedes: Aedes,
  { topic, payload, qos, retain }: PublishOptions & { topic: string; payload: Buffer },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const packet = { cmd: 'publish', topic, payload, qos, retain, dup: false } as const;
    aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
  });
}

function received(sender: string, packet: PublishPacket): ReceivedMessage {
  const { payload } = packet;
  return {
    source: EMBEDDED,
    sender,
    topic: packet.topic,
    payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
    qos: packet.qos,
    // A retained PUBLISH is news to us: the flag only asks the broker to keep it for later subscribers.
    isRetained: false,
    isRepeat: packet.dup === true,
    packetId: packet.messageId ?? null,
  };
}

/** Counts, and says it the first time: a flood of one mistake must not become a flood of lines. */
function reject({ counters, log }: EmbeddedBrokerOptions, reason: BrokerRejection, who: string): void {
  if (counters.count(EMBEDDED, reason) === 1) log.warn(`${who}: ${REJECTION_TEXT[reason]}`);
}

type BrokerRejection = keyof typeof REJECTION_TEXT;

const REJECTION_TEXT = {
  connectTimeout: 'sent no CONNECT within 5 s and was cut off',
  notConnect: 'sent something else than an MQTT CONNECT first and was cut off',
  connectTooLarge: 'sent a CONNECT of more than 4 KB and was cut off',
  packetTooLarge: 'sent a packet larger than the limit (limits.payloadBytes) and was cut off',
  badLength: 'sent a packet with a broken length and was cut off',
  tooManyConnections: 'was turned away, the limit of connections is reached (limits.connections)',
  mqtt5: 'speaks MQTT 5 and was turned away: the embedded broker speaks MQTT 3.1 and 3.1.1',
  systemTopic: 'tried a topic below $SYS, which is refused',
  notStored: 'sent a message that could not be stored; it is not acknowledged',
  stalled: 'did not read what it subscribed to and was cut off',
  protocol: 'broke the MQTT protocol and was cut off',
} as const;

function watchErrors(aedes: Aedes, options: EmbeddedBrokerOptions): void {
  // Without a listener an error of its store would end the process. (Its types know no `on('error')`.)
  aedes.addListener('error', (error: Error) =>
    options.log.warn(`the embedded broker failed: ${error.message}`),
  );
  // A client that is cut off fails once for every packet that was still on its way to it.
  const failed = new WeakSet<Client>();
  aedes.on('clientError', (client, error) => {
    if (failed.has(client)) return;
    failed.add(client);
    if (error.message === 'drain timeout') reject(options, 'stalled', client.id);
    else if (!isDisconnect(error)) reject(options, 'protocol', `${client.id} (${error.message})`);
  });
  aedes.on('connectionError', (client, error) => {
    if (!isDisconnect(error)) reject(options, 'protocol', `${addressOf(client.conn)} (${error.message})`);
  });
}

/** A client whose network broke, that fell silent, was refused, or was cut off above broke no protocol. */
function isDisconnect(error: Error): boolean {
  return (
    error instanceof CutOff ||
    'code' in error ||
    'errorCode' in error ||
    error.message === 'keep alive timeout'
  );
}

/** Given to aedes to cut a client off for something that was counted already. */
class CutOff extends Error {}

function addressOf(connection: object): string {
  const address = 'remoteAddress' in connection ? connection.remoteAddress : undefined;
  return typeof address === 'string' ? address : 'a client';
}

async function listen(server: Server, { host, port }: EmbeddedBrokerOptions): Promise<void> {
  server.listen({ host, port });
  await once(server, 'listening');
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function stop(aedes: Aedes, server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await closeAedes(aedes);
  for (const socket of sockets) socket.destroy();
  await closed;
}

function closeAedes(aedes: Aedes): Promise<void> {
  return new Promise((resolve) => aedes.close(() => resolve()));
}
