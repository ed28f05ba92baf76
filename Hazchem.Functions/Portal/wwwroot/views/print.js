import { get } from '../api.js';
import { h, say, trouble } from '../dom.js';
import { thumbnail } from '../document.js';
import { printDocuments } from '../printing.js';
import { count, documentName, mark, timeOf } from '../words.js';

const Late = {
  overdue: 'Overdue: it should have been printed before the drivers left',
  'after-print-time': 'Late: it came after the drivers’ paperwork was due, so one may have left without it',
};

export const title = 'To print';

/** The day's paperwork. */
export function show(place, _, signal) {
  const message = h('div');
  const list = h('div');
  const done = h('div');
  place.append(
    h('p', { class: 'lead' }, 'Customer paperwork that arrived for this depot to deliver, and is not printed yet.'),
    message,
    list,
    done);
  let items = [];

  const look = async () => {
    try {
      items = [];
      let next = null;
      do {
        const page = await get(`print-queue${next ? `?next=${encodeURIComponent(next)}` : ''}`, signal);
        items.push(...page.items);
        next = page.next;
      } while (next);
      message.replaceChildren();
      draw();
    } catch (error) {
      if (!signal.aborted) {
        message.replaceChildren(trouble(error, look));
      }
    }
  };

  const draw = () => {
    if (items.length === 0) {
      list.replaceChildren(
        h('p', { class: 'empty' }, 'Everything is printed. New paperwork appears here when Hazchem has it, within ten minutes.'),
        refresh());
      return;
    }

    const late = items.filter(item => item.late).length;
    list.replaceChildren(
      h('p', {}, `${count(items.length, 'document', 'documents')} to print${late ? `, ${late} of them late` : ''}.`),
      h('p', { class: 'buttons' },
        h('button', { type: 'button', class: 'main', onclick: () => print(items) }, items.length === 1 ? 'Print it' : `Print all ${items.length}`),
        refresh()),
      h('ul', { class: 'rows' }, items.map(row)));
  };

  const refresh = () => h('button', {
    type: 'button',
    onclick: async event => {
      event.target.focus();
      await look();
      say(items.length ? `${count(items.length, 'document', 'documents')} to print.` : 'Everything is printed.');
    },
  }, 'Look again');

  const row = item => {
    const shown = item.document;
    return h('li', { class: item.late ? 'row late' : 'row' },
      thumbnail(shown, look),
      h('div', { class: 'about' },
        h('h2', {}, h('a', { href: `#/consignments/${encodeURIComponent(shown.consignment)}` }, shown.consignment)),
        h('p', { class: 'file' }, documentName(shown)),
        item.late && h('p', {}, mark('bad', Late[item.late] ?? item.late)),
        h('p', {}, 'Depot ', item.depot, ', arrived ', timeOf(item.arrivedAt)),
        h('p', { class: 'buttons' }, h('button', {
          type: 'button',
          'aria-label': `Print ${documentName(shown)} of ${shown.consignment}`,
          onclick: () => print([item]),
        }, 'Print'))));
  };

  const print = async those => {
    await printDocuments(those.map(item => item.document), async printed => {
      await look();
      const now = [];
      for (const item of those.filter(each => printed.includes(each.id))) {
        now.push(await get(item.document.links.self));
      }

      tellPrinted(now);
      document.querySelector('h1').focus();
    });
  };

  const tellPrinted = now => {
    if (done.childElementCount === 0) {
      done.append(h('h2', {}, 'Printed just now'), h('ul', { class: 'plain' }));
    }

    done.lastChild.append(...now.map(each => h('li', {},
      h('a', { href: `#/consignments/${encodeURIComponent(each.consignment)}` }, each.consignment),
      ` ${documentName(each)}, by ${each.printedBy}, `,
      timeOf(each.printedAt))));
  };

  look();
}
