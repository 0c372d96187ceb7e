/** One MQTT PUBLISH as it came in, before anything was made of its payload. */
export interface ReceivedMessage {
  /** The configured name of the connection it came by; `embedded` for our own broker. */
  readonly source: string;
  /** Who sent it, as far as the source can tell: the client id at our own broker, else the source's name. */
  readonly sender: string;
  readonly topic: string;
  /** A view into the socket's buffer: copy what is to be kept. */
  readonly payload: Uint8Array;
  readonly qos: 0 | 1 | 2;
  /** Delivered as stored state (MQTT's retain flag on a delivery), not as news. */
  readonly isRetained: boolean;
  /** The sender says that it may have sent this before (MQTT's DUP flag). */
  readonly isRepeat: boolean;
  /** With QoS 1 and 2; `null` with QoS 0 and for wills. */
  readonly packetId: number | null;
}

/**
 * Takes a message in. What it gives settles when the message can no longer be lost: only then is it acknowledged.
 * Nothing to wait for: `undefined`. A rejection means that it was not taken: the sender must keep it and try again.
 */
export type Accept = (message: ReceivedMessage) => Promise<void> | undefined;

/**
 * Asked before more is read: `undefined`, or a promise when more waits behind the intake than should. Nothing more is
 * read until it resolves, and whoever sends is held back by TCP.
 */
export type WhenReady = () => Promise<void> | undefined;

/** How something is published. */
export interface PublishOptions {
  readonly qos: 0 | 1;
  /** The broker keeps it for those who subscribe later. */
  readonly retain: boolean;
}
