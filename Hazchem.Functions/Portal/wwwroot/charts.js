import { h, newId, svg } from './dom.js';
import { hourOf, lengthOf } from './words.js';

const Width = 480;
const Height = 150;
const Left = 44;
const Bottom = 22;
const Top = 12;
const PixelsUp = Height - Top - Bottom;

/** How many documents went and came in each hour of the last day. */
export function documentsChart(depot) {
  return chart(depot, 'Documents an hour, last day', [
    { name: 'out', look: 'first', of: hour => hour.sent },
    { name: 'in', look: 'second', of: hour => hour.received },
  ], value => String(value), value => value === 0);
}

/** How long a document took from the drop to being sent in each hour of the last day. */
export function secondsChart(depot) {
  return chart(depot, 'From drop to sent, last day', [
    { name: 'median', look: 'first', of: hour => hour.medianSeconds },
    { name: '95 of 100 within', look: 'second', of: hour => hour.p95Seconds },
  ], value => value === undefined ? 'none' : lengthOf(value), value => value === undefined);
}

function chart({ depot, hours }, title, series, tell, isNothing) {
  const values = hours.flatMap(hour => series.map(each => each.of(hour))).filter(value => !isNothing(value));
  const top = Math.max(...values) || 1;
  const step = (Width - Left) / hours.length;
  const bar = (step - 3) / series.length;
  const name = newId();
  const bars = hours.flatMap((hour, i) => series.map((each, j) => {
    const value = each.of(hour);
    const tall = Math.max(value / top * PixelsUp, 1);
    return !isNothing(value) && svg('rect', {
      class: each.look, x: (Left + i * step + j * bar).toFixed(1), y: (Top + PixelsUp - tall).toFixed(1), width: bar.toFixed(1), height: tall.toFixed(1),
    }, svg('title', {}, `${hourOf(hour.from)}, ${each.name}: ${tell(value)}`));
  }));
  const labels = hours.flatMap((hour, i) => i % 6 === 0
    ? [svg('text', { x: (Left + i * step).toFixed(1), y: Height - 5 }, hourOf(hour.from))] : []);

  return h('figure', { 'aria-labelledby': name },
    h('figcaption', { id: name }, title, ': ', series.flatMap(each => [h('span', { class: `key ${each.look}` }, each.name), ' '])),
    values.length === 0
      ? h('p', { class: 'hint' }, 'Nothing in the last day.')
      : svg('svg', { viewBox: `0 0 ${Width} ${Height}`, class: 'chart', 'aria-hidden': 'true', focusable: 'false' },
        svg('line', { class: 'axis', x1: Left, x2: Width, y1: Top + PixelsUp, y2: Top + PixelsUp }),
        svg('line', { class: 'grid', x1: Left, x2: Width, y1: Top, y2: Top }),
        svg('text', { class: 'end', x: Left - 6, y: Top + 4 }, tell(top)),
        svg('text', { class: 'end', x: Left - 6, y: Top + PixelsUp }, '0'),
        bars,
        labels),
    h('details', {},
      h('summary', {}, 'As a table'),
      h('table', {},
        h('caption', { class: 'unseen' }, `${title}, depot ${depot}`),
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Hour from'), series.map(each => h('th', { scope: 'col' }, each.name)))),
        h('tbody', {}, hours.map(hour => h('tr', {}, h('th', { scope: 'row' }, hourOf(hour.from)), series.map(each => h('td', {}, tell(each.of(hour))))))))));
}
