/** Topics live longer than messages, in many places: as long as people write them, and no longer. */
export const TOPIC_CHARS_MAX = 1_024;
const TOPIC_LEVELS_MAX = 100;

export const SYSTEM_TOPICS = '$SYS/';

export type TopicProblem = 'systemTopic' | 'badTopic';

/** Why a client may not publish to a topic; `null`: it may. */
export function topicProblem(topic: string): TopicProblem | null {
  if (topic.startsWith(SYSTEM_TOPICS)) return 'systemTopic';
  return topic.length <= TOPIC_CHARS_MAX && isText(topic) && isName(topic) ? null : 'badTopic';
}

/** MQTT forbids NUL; bytes that are no UTF-8 arrive as the replacement character. */
export function isText(topic: string): boolean {
  return !topic.includes('\u0000') && !topic.includes('\uFFFD');
}

function isName(topic: string): boolean {
  return (
    topic !== '' && !/[+#]/.test(topic) && topic.split('/', TOPIC_LEVELS_MAX + 1).length <= TOPIC_LEVELS_MAX
  );
}
