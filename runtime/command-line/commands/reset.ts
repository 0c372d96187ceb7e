import type { ControlClient } from '../../control/control-client.js';
import type { InstanceView } from '../../control/control-target.js';
import { type Command, EXIT, type Io } from '../command.js';
import { hasLabels, type NamedInstance, namedInstance, noSuchRule } from '../label-arguments.js';
import { parseOptions } from '../options.js';
import { askService, siteState } from '../site-state.js';
import { labelArguments } from '../text-layout.js';

export const resetCommand: Command = {
  help: `End a latched alert whose condition is over.

Usage: tocsin reset RULE [LABEL=VALUE…] [--site DIR] [--all] [--forget] [--json]

  RULE          the id of the rule
  LABEL=VALUE   which of its instances; enough of them to tell one
  --site DIR    the folder with tocsin.json and rules/ (default: the current)
  --all         all instances that have these labels
  --forget      end it whatever its condition says, and forget the instance: a
                machine that is gone for good
  --json        a list for programs: labels, outcome (done, refused), reason

Needs a running service. The exit code is 1 if nothing was reset.

Examples:
  tocsin reset press-jammed line=l1 machine=m1
  tocsin reset sensor-silent machine=old-7 --forget
`,

  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      {
        site: { type: 'string', default: '.' },
        all: { type: 'boolean', default: false },
        forget: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      'RULE',
    );
    const named = namedInstance(positionals, 'tocsin reset press-jammed machine=m1');
    const state = await siteState(values.site);
    const kind = values.forget ? 'forget' : 'reset';
    return askService(state, io, async (service) => {
      const instances = await service.instances(named.rule);
      if (instances === null)
        throw noSuchRule(
          named.rule,
          state.site.rules.map(({ id }) => id),
        );
      const found = candidates(instances, named, kind);
      if (found.length > 1 && !values.all) return askWhich(named, found, io);
      const outcomes = await resetAll(service, { ...named, kind }, found);
      if (values.json) io.stdout.write(`${JSON.stringify(outcomes, null, 2)}\n`);
      else io.stdout.write(resultText({ ...named, kind }, outcomes));
      return outcomes.some(({ outcome }) => outcome === 'done') ? EXIT.ok : EXIT.findings;
    });
  },
};

type Kind = 'reset' | 'forget';

/** Of several only those that can be reset; one that cannot be is tried all the same, for the reason. */
function candidates(
  instances: readonly InstanceView[],
  { labels }: NamedInstance,
  kind: Kind,
): readonly InstanceView[] {
  const matching = instances.filter((instance) => hasLabels(instance, labels));
  if (kind === 'forget' || matching.length === 1) return matching;
  return matching.filter(({ state }) => state === 'latched');
}

function askWhich({ rule }: NamedInstance, found: readonly InstanceView[], { stderr }: Io): number {
  const shown = found.slice(0, SHOWN_MAX).map(({ labels, state }) => `  ${labelArguments(labels)}  ${state}`);
  const more = found.length > SHOWN_MAX ? [`  and ${found.length - SHOWN_MAX} more`] : [];
  stderr.write(
    `${[`${rule} has ${found.length} of them: name one by its labels, or give --all`, ...shown, ...more].join('\n')}\n`,
  );
  return EXIT.usage;
}

const SHOWN_MAX = 20;

interface Outcome {
  readonly labels: Readonly<Record<string, string>>;
  readonly outcome: 'done' | 'refused';
  readonly reason: string | null;
}

async function resetAll(
  service: ControlClient,
  { rule, kind }: { rule: string; kind: Kind },
  instances: readonly InstanceView[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { labels } of instances) {
    const result = await service.command({ kind, rule, labels });
    const reason = result.kind === 'refused' ? result.reason : null;
    outcomes.push({ labels, outcome: result.kind, reason });
  }
  return outcomes;
}

function resultText(
  { rule, labels, kind }: NamedInstance & { kind: Kind },
  outcomes: readonly Outcome[],
): string {
  if (outcomes.length === 0) {
    const which = `${rule} ${labelArguments(labels)}`.trimEnd();
    return kind === 'reset' ? `nothing of ${which} is latched\n` : `there is no instance ${which}\n`;
  }
  const done = kind === 'reset' ? 'reset' : 'forgotten';
  return outcomes
    .map(({ labels: own, reason }) => {
      const name = `${rule} ${labelArguments(own)}`.trimEnd();
      return reason === null ? `${name}: ${done}\n` : `${name}: ${reason}\n`;
    })
    .join('');
}
