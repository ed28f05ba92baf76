import { get, postEach } from '../api.js';
import { ask } from '../ask.js';
import { thumbnail } from '../document.js';
import { h, newId, say, trouble } from '../dom.js';
import { count, directionOf, documentName, mark, stateMark, timeOf, typeOf } from '../words.js';

export const title = 'Needs attention';

/** What was refused, failed, waits long, was flagged or skipped, and what to do about it. */
export function show(place, _, signal) {
  const message = h('div');
  const list = h('div');
  place.append(
    h('p', { class: 'lead' }, 'What does not go by itself. Each says what is wrong and what to do.'),
    message,
    list);
  let items = [];
  let depots = [];
  let depot = '';
  let next = null;
  let failures = new Map();
  const chosen = new Set();

  const look = async () => {
    try {
      [items, next] = await read(null);
      depots = (await get('me', signal)).depots;
      for (const id of chosen) {
        if (!items.some(item => item.id === id)) {
          chosen.delete(id);
        }
      }

      message.replaceChildren();
      draw();
    } catch (error) {
      if (!signal.aborted) {
        message.replaceChildren(trouble(error, look));
      }
    }
  };

  /** A page may be empty and still not the last. */
  const read = async from => {
    let cursor = from;
    do {
      const query = new URLSearchParams();
      if (depot) {
        query.set('depot', depot);
      }

      if (cursor) {
        query.set('next', cursor);
      }

      const page = await get(`attention?${query}`, signal);
      if (page.items.length || !page.next) {
        return [page.items, page.next ?? null];
      }

      cursor = page.next;
    } while (true);
  };

  const draw = () => {
    list.replaceChildren(filter(), ...items.length === 0 ? [nothing()] : [tools(), h('ul', { class: 'rows' }, items.map(row)), more()]);
    showChosen();
  };

  const nothing = () => h('p', { class: 'empty' },
    depot ? 'Nothing here needs anybody.' : 'Nothing needs anybody. What is refused or cannot be sent or fetched appears here with its reason.');

  const filter = () => {
    const id = newId();
    const select = h('select', {
      id,
      onchange: async event => {
        depot = event.target.value;
        chosen.clear();
        await look();
        list.querySelector('select').focus();
      },
    },
    h('option', { value: '' }, 'All depots'),
    depots.map(each => h('option', { value: each }, each)),
    h('option', { value: 'none' }, 'No depot'));
    select.value = depot;
    return h('p', { class: 'filter' }, h('label', { for: id }, 'Depot'), ' ', select);
  };

  const tools = () => h('div', { class: 'bulk', role: 'group', 'aria-label': 'With those that are chosen' },
    h('label', { class: 'choice' },
      h('input', { type: 'checkbox', class: 'all', onchange: event => chooseAll(event.target.checked) }),
      ' Choose all that are shown'),
    h('p', { class: 'buttons' },
      h('button', { type: 'button', class: 'again', onclick: () => sendAgain(picked()) }, 'Send again'),
      h('button', { type: 'button', class: 'dismiss', onclick: () => dismiss(picked()) }, 'Dismiss'),
      h('button', { type: 'button', onclick: look }, 'Look again')));

  const more = () => next ? h('button', {
    type: 'button',
    onclick: async () => {
      try {
        const [following, then] = await read(next);
        items.push(...following);
        next = then;
        draw();
      } catch (error) {
        message.replaceChildren(trouble(error, look));
      }
    },
  }, 'Show more') : '';

  const nameOf = item => item.document ? `${documentName(item.document)} of ${item.document.consignment}`
    : item.kind === 'depot' ? `depot ${item.depot}` : 'a file that cannot be read';

  const headingOf = ({ kind, depot: of, document: shown }) =>
    shown?.depot ? [h('a', { href: `#/consignments/${encodeURIComponent(shown.consignment)}` }, shown.consignment), ` ${typeOf(shown.documentType)}`]
    : shown ? ['A file whose name does not fit']
    : kind === 'depot' ? [`Depot ${of} as a whole`]
    : ['A file that cannot be read'];

  const row = item => {
    const shown = item.document;
    const failure = failures.get(item.id);
    return h('li', { class: 'row' },
      h('label', { class: 'choice' },
        h('input', {
          type: 'checkbox',
          value: item.id,
          checked: chosen.has(item.id),
          'aria-label': `Choose ${nameOf(item)}`,
          onchange: event => choose(item.id, event.target.checked),
        })),
      shown ? thumbnail(shown, look) : '',
      h('div', { class: 'about' },
        h('h2', {}, headingOf(item)),
        shown && h('p', { class: 'file' }, documentName(shown)),
        h('p', {}, shown ? stateMark(shown) : mark('bad', 'Look at it')),
        h('p', { class: 'reason' }, h('strong', {}, 'Why: '), item.reason),
        h('p', { class: 'advice' }, h('strong', {}, 'What to do: '), item.advice),
        h('p', { class: 'hint' }, shown ? `${directionOf(shown.direction)}, ` : '', item.depot === 'none' ? 'no depot' : `depot ${item.depot}`, ', since ', timeOf(item.since),
          shown?.dueAt ? ', tried again ' : '', shown?.dueAt ? timeOf(shown.dueAt) : ''),
        failure && h('p', { class: 'failure' }, mark('bad', failure)),
        h('p', { class: 'buttons' },
          shown?.canSendAgain && h('button', { type: 'button', 'aria-label': `Send again: ${nameOf(item)}`, onclick: () => sendAgain([item]) }, 'Send again'),
          h('button', { type: 'button', 'aria-label': `Dismiss ${nameOf(item)}`, onclick: () => dismiss([item]) }, 'Dismiss'))));
  };

  const picked = () => items.filter(item => chosen.has(item.id));

  const choose = (id, on) => {
    chosen[on ? 'add' : 'delete'](id);
    showChosen();
  };

  const chooseAll = on => {
    for (const box of list.querySelectorAll('.rows input')) {
      box.checked = on;
      chosen[on ? 'add' : 'delete'](box.value);
    }

    showChosen();
  };

  const showChosen = () => {
    const all = list.querySelector('.all');
    if (all) {
      all.checked = chosen.size === items.length;
      all.indeterminate = chosen.size > 0 && chosen.size < items.length;
      list.querySelector('.bulk .again').textContent = chosen.size ? `Send ${chosen.size} again` : 'Send again';
      list.querySelector('.bulk .dismiss').textContent = chosen.size ? `Dismiss ${chosen.size}` : 'Dismiss';
    }
  };

  const sendAgain = async those => {
    const single = those.length === 1;
    // What Hazchem may have is sent again only by somebody who looked at it alone.
    const able = those.filter(item => item.document?.canSendAgain && (single || !item.document.mayHaveArrived));
    const unsure = those.filter(item => item.document?.canSendAgain && item.document.mayHaveArrived).length;
    if (able.length === 0) {
      say(!those.length ? 'Choose something first.'
        : unsure ? 'None of those that are chosen can be sent again with others. Hazchem may have some already: ask Hazchem, and send those again one by one.'
        : 'None of those that are chosen can be sent again. See what to do for each.');
      return;
    }

    const rest = those.length - able.length;
    const body = [
      able.length === 1 ? `${nameOf(able[0])} goes back to the drop box as it is.` : `${able.length} documents go back to the drop box as they are.`,
      rest > 0 && `${count(rest, 'other one is not sent and stays', 'other ones are not sent and stay')} on the list.`,
      unsure > 0 && (single ? 'Hazchem may have it already, and could get it twice. Ask Hazchem first.'
        : `Hazchem may have ${unsure === 1 ? 'one' : unsure} of those already: ask Hazchem, and send ${unsure === 1 ? 'it' : 'them'} again by ${unsure === 1 ? 'itself' : 'themselves'}.`),
    ].filter(Boolean);
    if (await ask({ title: 'Send again?', body, yes: 'Send again' }) !== null) {
      await change('attention/send-again', able, able.map(item => item.document.id), {}, done => `${count(done, 'document is', 'documents are')} back in the drop box, and sent in a moment.`);
    }
  };

  const dismiss = async those => {
    if (those.length === 0) {
      say('Choose something first.');
      return;
    }

    const note = await ask({
      title: those.length === 1 ? `Dismiss ${nameOf(those[0])}?` : `Dismiss ${those.length}?`,
      body: ['It leaves this list and stays as it is. Nothing is sent.'],
      yes: 'Dismiss',
      note: 'Why?',
      hint: 'It is kept with your name, for whoever asks later.',
    });
    if (note !== null) {
      await change('attention/dismiss', those, those.map(item => item.id), { note }, done => `${count(done, 'entry is', 'entries are')} off the list.`);
    }
  };

  const change = async (path, those, ids, body, tell) => {
    failures = new Map();
    try {
      const results = await postEach(path, ids, body);
      results.forEach((result, i) => {
        if (result.done) {
          chosen.delete(those[i].id);
        } else {
          failures.set(those[i].id, result.detail ?? 'It could not be done.');
        }
      });
      await look();
      const done = results.length - failures.size;
      say([done > 0 && tell(done), failures.size > 0 && `${failures.size} could not be done: see each.`].filter(Boolean).join(' '));
    } catch (error) {
      message.replaceChildren(trouble(error, look));
    }

    document.querySelector('h1').focus();
  };

  look();
}
