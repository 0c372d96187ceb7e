import type { Issue } from '../../rules/format/issue.js';
import type { LoadedRules } from '../../rules/format/load-rules.js';
import { unknownReceiver } from './check-configuration.js';
import type { Configuration } from './configuration.js';

/**
 * Finds rules that notify receivers that do not exist: an error, once there is a file that could name them.
 *
 * @param isConfigured there is a `tocsin.json`
 */
export function checkNotify(
  { rules, origins }: LoadedRules,
  { receivers }: Configuration,
  isConfigured: boolean,
): Issue[] {
  const names = receivers.map(({ name }) => name);
  return rules.flatMap(({ id, notify }) =>
    (notify ?? []).flatMap((receiver, index): Issue[] => {
      const origin = origins.get(id);
      if (names.includes(receiver) || origin === undefined) return [];
      const { code, message, hint = null } = unknownReceiver(receiver, names);
      const severity = isConfigured ? 'error' : 'warning';
      return [{ ...origin.document.locate(origin.at(['notify', index])), code, severity, message, hint }];
    }),
  );
}
