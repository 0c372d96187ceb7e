import type { AedesOptions, Client, PublishPacket, Subscription } from 'aedes';
import { addressOf, CutOff, EMBEDDED, type Rejecting, reject } from './broker-rejections.js';
import type { ClientFilters } from './client-filters.js';
import type { Accept, ReceivedMessage } from './received-message.js';
import { isText, SYSTEM_TOPICS, TOPIC_CHARS_MAX, topicProblem } from './topic-name.js';

export interface BrokerHooksOptions extends Rejecting {
  readonly accept: Accept;
  /** Whoever we disconnect ourselves has not failed: its will is not published. */
  readonly isStopping: () => boolean;
  /** The filters of a client, while it is connected. */
  readonly filtersOf: (client: Client) => ClientFilters;
  /** A client connects that promises to be heard of every so many seconds; 0: it promises nothing. */
  readonly onConnect: (client: Client, keepAliveS: number) => void;
  /** A client subscribes, or comes back with a subscription. */
  readonly onSubscribe: (client: Client, subscription: Subscription) => void;
  /** A retained message on its way to a new subscriber is not the newest of its topic any more. */
  readonly isOutdated: (packet: PublishPacket) => boolean;
  /** Settles when what this client sent past the broker is stored, or not; `undefined`: nothing of it is waited for. */
  readonly directlyStored: (client: Client) => Promise<void> | undefined;
  /** The broker is done with a PUBLISH of about so many bytes of this client. */
  readonly onFinished: (client: Client, bytes: number) => void;
}

type Hooks = Required<
  Pick<
    AedesOptions,
    | 'preConnect'
    | 'authenticate'
    | 'authorizePublish'
    | 'authorizeSubscribe'
    | 'authorizeForward'
    | 'published'
  >
>;

/** All hooks of aedes, so that none keeps a default that lets everybody do everything. */
export function brokerHooks(options: BrokerHooksOptions): Hooks {
  const taking: Taking = { ...options, storing: new WeakMap() };
  return {
    preConnect(client, packet, done) {
      if (packet.protocolVersion === 5) reject(options, 'mqtt5', addressOf(client.conn));
      options.onConnect(client, packet.keepalive ?? 0);
      done(null, true);
    },
    authenticate(_client, _user, _password, done) {
      done(null, true);
    },
    authorizePublish(client: Client | null, packet, done) {
      if (options.isStopping()) done(new CutOff('the broker stops'));
      else take(taking, client, packet, done);
    },
    authorizeSubscribe(client, subscription, done) {
      const problem = filterProblem(subscription.topic, options.filtersOf(client));
      if (problem === null) {
        options.onSubscribe(client, subscription);
        done(null, subscription);
      } else {
        reject(options, problem, client.id);
        done(null, null);
      }
    },
    authorizeForward: (_client, packet) => (isLookedUp(packet) && options.isOutdated(packet) ? null : packet),
    published(packet, client: Client | null, done) {
      if (client !== null) options.onFinished(client, publishBytes(packet));
      done();
    },
  };
}

/** For a new subscriber, from what is retained: aedes numbers all other packets on their way, those that wait for a client too. */
function isLookedUp(packet: PublishPacket): boolean {
  return packet.retain && 'brokerId' in packet && packet.brokerId === null;
}

function filterProblem(
  filter: string,
  filters: ClientFilters,
): 'systemTopic' | 'badFilter' | 'tooManyFilters' | null {
  if (filter.startsWith(SYSTEM_TOPICS)) return 'systemTopic';
  if (filter.length > TOPIC_CHARS_MAX || !isText(filter)) return 'badFilter';
  return filters.add(filter) ? null : 'tooManyFilters';
}

/** About what a PUBLISH takes on the wire behind its fixed header. */
export function publishBytes({ topic, payload }: { topic: string; payload: string | Buffer }): number {
  return topic.length + payload.length;
}

type Done = (error?: Error | null) => void;

interface Taking extends BrokerHooksOptions {
  /** Of each client the last message that is not stored yet: the error that it comes to, or none. */
  readonly storing: WeakMap<Client, Promise<Error | null>>;
}

/**
 * The only place where aedes waits before it acknowledges. An error cuts the client off without PUBACK. What need not be
 * stored waits for what came before it, as acknowledgements go out in the order of their messages (MQTT 4.6).
 */
function take(options: Taking, client: Client | null, packet: PublishPacket, done: Done): void {
  const { storing, directlyStored } = options;
  const message = received(client?.id ?? 'a will', packet);
  const problem = topicProblem(packet.topic);
  if (problem !== null) {
    reject(options, problem, message.sender, message);
    done(new CutOff('a topic that is not for clients'));
    return;
  }
  const accepted = options.accept(message);
  if (accepted === undefined) {
    const isAwaited = client !== null && packet.qos > 0;
    const before = isAwaited ? (storing.get(client) ?? directlyStored(client)) : undefined;
    if (before === undefined) done();
    else
      before.then(
        (error) => done(error ?? null),
        () => done(new CutOff('what came before was not stored')),
      );
    return;
  }
  const settled = accepted.then(
    () => null,
    () => {
      reject(options, 'notStored', message.sender, message);
      return new CutOff('the message was not stored');
    },
  );
  // Nobody waits for a QoS 0 message to be safe.
  if (packet.qos === 0) {
    done();
    return;
  }
  settled.then(done);
  if (client === null) return;
  storing.set(client, settled);
  settled.then(() => {
    if (storing.get(client) === settled) storing.delete(client);
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
