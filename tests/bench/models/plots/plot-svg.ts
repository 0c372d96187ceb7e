export type Point = readonly [x: number, y: number];

/** Something drawn in a plot, in its own numbers. The order is that of drawing. */
export type Mark =
  | {
      readonly kind: 'line';
      readonly points: readonly Point[];
      readonly colour: Colour;
      readonly name: string;
    }
  /** Between two lines with the same places. */
  | {
      readonly kind: 'area';
      readonly low: readonly Point[];
      readonly high: readonly Point[];
      readonly name: string;
    }
  /** From top to bottom. */
  | { readonly kind: 'span'; readonly from: number; readonly to: number; readonly name: string }
  | {
      readonly kind: 'dots';
      readonly points: readonly Point[];
      readonly colour: Colour;
      readonly name: string;
    };

export type Colour = 'blue' | 'red' | 'green' | 'grey' | 'orange';

export interface Plot {
  /** For those who cannot see it. */
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly marks: readonly Mark[];
}

export interface Axis {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly Tick[];
}

export interface Tick {
  readonly at: number;
  readonly text: string;
}

const COLOURS: Readonly<Record<Colour, string>> = {
  blue: '#2563a8',
  red: '#c0392b',
  green: '#2e7d4f',
  grey: '#8a8f98',
  orange: '#c77a14',
};

const SIZE = { width: 720, height: 280, left: 64, right: 16, top: 40, bottom: 44 };
const FONT = 'font-family="system-ui, sans-serif" font-size="12"';

/** A plot as an SVG file, small enough for a page: the background is its own, so that it can be read on dark pages too. */
export function plotSvg({ title, x, y, marks }: Plot): string {
  const { width, height, left, right, top, bottom } = SIZE;
  const atX = (value: number) => left + ((value - x.from) / (x.to - x.from)) * (width - left - right);
  const atY = (value: number) =>
    height - bottom - ((value - y.from) / (y.to - y.from)) * (height - top - bottom);
  const place = ([a, b]: Point) => `${short(atX(a))},${short(atY(Math.min(y.to, Math.max(y.from, b))))}`;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" ${FONT}>`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...y.ticks.flatMap(({ at, text }) => [
      `<path d="M${left},${short(atY(at))}H${width - right}" stroke="#e3e5e8"/>`,
      `<text x="${left - 8}" y="${short(atY(at) + 4)}" text-anchor="end" fill="#444">${escaped(text)}</text>`,
    ]),
    ...marks.map((mark) => drawn(mark, place, atX)),
    ...x.ticks.map(
      ({ at, text }) =>
        `<text x="${short(atX(at))}" y="${height - bottom + 16}" text-anchor="middle" fill="#444">${escaped(text)}</text>`,
    ),
    `<path d="M${left},${top}V${height - bottom}H${width - right}" fill="none" stroke="#444"/>`,
    `<text x="${(left + width - right) / 2}" y="${height - 8}" text-anchor="middle" fill="#444">${escaped(x.name)}</text>`,
    `<text transform="translate(14 ${(top + height - bottom) / 2}) rotate(-90)" text-anchor="middle" fill="#444">${escaped(y.name)}</text>`,
    ...legend(marks),
    '</svg>',
  ];
  return `${lines.join('\n')}\n`;
}

function drawn(mark: Mark, place: (point: Point) => string, atX: (value: number) => number): string {
  const { top, bottom, height } = SIZE;
  switch (mark.kind) {
    case 'line':
      return `<polyline points="${mark.points.map(place).join(' ')}" fill="none" stroke="${COLOURS[mark.colour]}" stroke-width="1.4"/>`;
    case 'area':
      return `<polygon points="${[...mark.low, ...[...mark.high].reverse()].map(place).join(' ')}" fill="#2563a8" fill-opacity="0.16"/>`;
    case 'span': {
      const from = atX(mark.from);
      return `<rect x="${short(from)}" y="${top}" width="${short(Math.max(1.5, atX(mark.to) - from))}" height="${height - top - bottom}" fill="#c77a14" fill-opacity="0.22"/>`;
    }
    case 'dots':
      return mark.points
        .map((point) => {
          const [cx, cy] = place(point).split(',');
          return `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${COLOURS[mark.colour]}"/>`;
        })
        .join('\n');
  }
}

/** One entry a name. */
function legend(marks: readonly Mark[]): string[] {
  const named = marks.filter(({ name }, at) => marks.findIndex((other) => other.name === name) === at);
  let x = SIZE.left;
  return named.map((mark) => {
    const at = x;
    x += 34 + mark.name.length * 6.4;
    const text = `<text x="${short(at + 20)}" y="24" fill="#222">${escaped(mark.name)}</text>`;
    return `${sample(mark, at)}${text}`;
  });
}

function sample(mark: Mark, x: number): string {
  switch (mark.kind) {
    case 'line':
      return `<path d="M${short(x)},20h14" stroke="${COLOURS[mark.colour]}" stroke-width="2"/>`;
    case 'dots':
      return `<circle cx="${short(x + 7)}" cy="20" r="3.5" fill="${COLOURS[mark.colour]}"/>`;
    case 'area':
      return `<rect x="${short(x)}" y="14" width="14" height="12" fill="#2563a8" fill-opacity="0.16"/>`;
    case 'span':
      return `<rect x="${short(x)}" y="14" width="14" height="12" fill="#c77a14" fill-opacity="0.22"/>`;
  }
}

/** Of many points as many that the eye misses nothing: the least and the greatest of each stretch, in their order. */
export function thinned(points: readonly Point[], stretches: number): Point[] {
  if (points.length <= 2 * stretches) return [...points];
  return Array.from({ length: stretches }, (_, index) => {
    const own = points.slice(
      Math.floor((index * points.length) / stretches),
      Math.floor(((index + 1) * points.length) / stretches),
    );
    const byHeight = [...own].sort((a, b) => a[1] - b[1]);
    const ends = [byHeight[0], byHeight.at(-1)].filter((point) => point !== undefined);
    return ends.sort((a, b) => a[0] - b[0]);
  }).flat();
}

/** Ticks at these values, written as they are. */
export function ticksAt(...values: readonly number[]): Tick[] {
  return values.map((at) => ({ at, text: String(at) }));
}

function short(value: number): number {
  return Number(value.toFixed(1));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
