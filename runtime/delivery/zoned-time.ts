/** `2026-01-05 07:00:40 +01:00`: readable everywhere, and without any doubt about the zone. */
export function zonedTime(time: number, timezone: string): string {
  const { year, month, day, hour, minute, second, timeZoneName } = zonedParts(time, timezone);
  const offset = timeZoneName?.replace('GMT', '') || '+00:00';
  return `${year}-${month}-${day} ${hour}:${minute}:${second} ${offset}`;
}

/** `07:00:40` */
export function zonedClock(time: number, timezone: string): string {
  const { hour, minute, second } = zonedParts(time, timezone);
  return `${hour}:${minute}:${second}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function zonedParts(time: number, timezone: string): Partial<Record<Intl.DateTimeFormatPartTypes, string>> {
  let format = formats.get(timezone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'longOffset',
    });
    formats.set(timezone, format);
  }
  return Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
}
