import { get, load, postEach } from './api.js';
import { ask } from './ask.js';
import { h, say } from './dom.js';
import { count, documentName } from './words.js';

/** Pixels; about 300 an inch on A4. */
const Width = 2480;
const DocumentsAtOnce = 3;

/** What a printer's rounding may make of a page's length without pushing it onto the next sheet, in millimetres. */
const Slack = 0.2;

const papers = new CSSStyleSheet();
document.adoptedStyleSheets.push(papers);

/**
 * Prints documents in one go, each page at its size on paper, and asks whether that went well. What came from Hazchem and
 * is not printed yet is then recorded as printed.
 * @param {object[]} documents As the API has them.
 * @param {(printed: string[]) => void} changed With the ids of those that were recorded.
 */
export async function printDocuments(documents, changed) {
  say(`${count(documents.length, 'document is', 'documents are')} being made ready to print.`);
  const sheets = document.getElementById('sheets');
  const ready = [];
  const unready = [];
  const made = new Map();
  const left = [...documents];
  await Promise.all(Array.from({ length: DocumentsAtOnce }, async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      try {
        made.set(next.id, await makeSheets(next));
        ready.push(next);
      } catch (error) {
        unready.push(`${next.consignment}, ${documentName(next)}: ${error.message}`);
      }
    }
  }));

  if (ready.length === 0) {
    say('Nothing can be printed.');
    await ask({ title: 'Nothing can be printed', body: [listOf(unready)], yes: 'Close', no: 'Back' });
    return;
  }

  const pages = documents.flatMap(each => made.get(each.id) ?? []);
  layOut(pages);
  sheets.replaceChildren(...pages.map(page => page.sheet));
  say(`${count(pages.length, 'page goes', 'pages go')} to the printer.`);
  print();

  const toRecord = ready.filter(each => each.direction === 'Inbound' && !each.printedAt).map(each => each.id);
  const answer = toRecord.length === 0 && unready.length === 0 ? null : await ask({
    title: 'Did it print?',
    body: [
      `${count(ready.length, 'document', 'documents')} with ${count(pages.length, 'page', 'pages')} went to the printer.`,
      ...(unready.length ? ['These could not be printed:', listOf(unready)] : []),
      ...(toRecord.length ? ['If every page is on paper, say so: they leave the list, and who printed them and when is written down.'] : []),
    ],
    yes: toRecord.length ? 'Yes, all of it' : 'Close',
    no: toRecord.length ? 'No, keep it on the list' : 'Back',
  });
  sheets.replaceChildren();
  if (answer === null || toRecord.length === 0) {
    say('Nothing was recorded as printed.');
    return;
  }

  try {
    const results = await postEach('print-queue/printed', toRecord);
    const printed = results.filter(result => result.done).map(result => result.id);
    const failed = results.filter(result => !result.done);
    say(`${count(printed.length, 'document is', 'documents are')} recorded as printed.${failed.map(result => ` ${result.id}: ${result.detail ?? 'not recorded.'}`).join('')}`);
    changed(printed);
  } catch (error) {
    say(`It could not be recorded as printed. ${error.message}`);
  }
}

const listOf = lines => h('ul', {}, lines.map(line => h('li', {}, line)));

async function makeSheets(shownDocument) {
  const { pages } = await get(shownDocument.links.pages);
  const sheets = [];
  for (const page of pages) {
    const image = h('img', { alt: '' });
    await load(image, `${page.link}?width=${Width}`);
    sheets.push({ page, sheet: h('div', { class: 'sheet' }, image) });
  }

  return sheets;
}

/** A paper as large as the page for each size that there is, so that no browser shrinks or centres it. */
function layOut(pages) {
  const sizes = new Map();
  for (const { page, sheet } of pages) {
    const { widthMillimetres: width, heightMillimetres: height } = page;
    const name = `paper-${width}x${height}`.replaceAll('.', '_');
    sizes.set(name, `@page ${name} { size: ${width}mm ${height}mm; margin: 0 }`);
    sheet.style.setProperty('page', name);
    sheet.style.width = `${width}mm`;
    sheet.style.height = `${height - Slack}mm`;
    const [image] = sheet.children;
    image.style.width = `${width}mm`;
    image.style.height = `${height}mm`;
  }

  papers.replaceSync([...sizes.values()].join('\n'));
}
