// What the desk's pages do better with a script: they stay up to date, take keys, and work a verdict out as one types.

const PAUSE = 250; // ms after the last key

/** Fetch a part of a page; null where it cannot be had now. */
async function part(address, body) {
  const options = body ? { method: 'POST', body } : {};
  try {
    const response = await fetch(address, { ...options, headers: { 'X-Quiet': '1' } });
    if (response.status === 401) location.assign('/desk/sign-in');
    return response.ok || response.status === 422 ? await response.text() : null;
  } catch {
    return null;
  }
}

/** Put new content into an element, and leave the focus, and what is being typed, where they are. */
function replace(element, html) {
  const { activeElement: focused } = document;
  const { id, value, selectionStart } = element.contains(focused) ? focused : {};
  const kept = id && focused.matches('input:not([type=radio], [type=checkbox]), select, textarea');
  const open = [...element.querySelectorAll('details[open]')].map((details) => details.className);
  element.innerHTML = html;
  for (const name of open) element.querySelector(`details.${name || 'none'}`)?.setAttribute('open', '');
  const again = id && document.getElementById(id);
  if (!again) return;
  again.focus({ preventScroll: true });
  if (kept) again.value = value;
  if (kept && selectionStart !== null && again.setSelectionRange) again.setSelectionRange(selectionStart, selectionStart);
}

function follow(address, look) {
  const source = new EventSource(address);
  source.onmessage = ({ data }) => look(data);
  source.addEventListener('over', () => location.assign('/desk/sign-in'));
}

function followWorklist(rows) {
  let before = null;
  follow('/desk/live', async (now) => {
    if (before !== null && now !== before && !rows.contains(document.querySelector('.filters :focus'))) {
      const known = new Set([...rows.querySelectorAll('.person a')].map((link) => link.href));
      const html = await part(rows.dataset.live);
      if (html) {
        replace(rows, html);
        for (const link of rows.querySelectorAll('.person a')) if (!known.has(link.href)) link.closest('tr').classList.add('fresh');
        const unread = /<b>(\d+)<\/b>/.exec(rows.querySelector('a[href*="list=unread"]')?.innerHTML ?? '');
        document.title = document.title.replace(/^Worklist( \(\d+ unread\))?/, unread ? `Worklist (${unread[1]} unread)` : 'Worklist');
      }
    }
    before = now;
  });
}

function followIntake(intake) {
  const talk = document.getElementById('messages');
  talk.scrollTop = talk.scrollHeight;
  let before = null;
  follow(`/desk/live/${intake.dataset.intake}`, async (data) => {
    const now = JSON.parse(data);
    document.getElementById('changed').hidden = now.version === Number(intake.dataset.version);
    showOthers(intake, now.others);
    if (before && now.talk !== before.talk) {
      const html = await part(talk.dataset.live);
      if (html) {
        talk.innerHTML = html;
        talk.scrollTop = talk.scrollHeight;
      }
    }
    before = now;
  });
}

function showOthers(intake, names) {
  let notice = document.getElementById('others');
  if (!notice) {
    notice = document.createElement('p');
    notice.id = 'others';
    notice.className = 'notice';
    notice.setAttribute('role', 'status');
    intake.querySelector('.heading').after(notice);
  }
  notice.hidden = names.length === 0;
  const text = `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} also looking at this intake.`;
  if (notice.textContent !== text) notice.textContent = text;
}

function assist(root) {
  let timer = 0;
  let sent = 0;
  const send = async (action, into) => {
    const form = root.querySelector('form');
    const body = new URLSearchParams(new FormData(form));
    body.set('action', action);
    if (action === 'look') body.delete('heard');
    const mine = ++sent;
    const html = await part('/desk/assisted', body);
    if (html && mine === sent && !html.startsWith('<!doctype')) replace(into(), html);
  };
  const form = () => root;
  const aside = () => document.getElementById('aside');
  root.addEventListener('input', ({ target }) => {
    clearTimeout(timer);
    if (target.id === 'heard') timer = setTimeout(() => send('preview', aside), PAUSE);
    if (target.id === 'age') timer = setTimeout(() => send('look', form), PAUSE);
  });
  root.addEventListener('change', ({ target }) => {
    if (target.matches('[type=radio], [name=pain_site], [name=add_site], [name=sign], [name=precaution]')) {
      if (target.name === 'sign' || target.name === 'precaution') untick(target);
      send('look', form).then(() => { if (target.name === 'add_site') document.getElementById('add-site').value = ''; });
    }
  });
  root.addEventListener('submit', async (event) => {
    if (event.submitter?.value !== 'read') return;
    event.preventDefault();
    clearTimeout(timer);
    const line = document.getElementById('heard');
    const said = line.value;
    line.value = '';
    const body = new URLSearchParams(new FormData(event.target));
    body.set('heard', said);
    body.set('action', 'look');
    sent += 1;
    const html = await part('/desk/assisted', body);
    if (html && !html.startsWith('<!doctype')) {
      root.innerHTML = html;
      document.getElementById('heard').focus();
    } else line.value = said;
  });
}

/** "None of these" and a ticked sign cannot both hold. */
function untick(box) {
  const open = box.closest('fieldset').querySelector('[type=radio][value=""]');
  if (box.checked && open) open.checked = true;
}

addEventListener('keydown', (event) => {
  const search = document.getElementById('search');
  if (event.key === '/' && search && !event.target.matches('input, select, textarea')) {
    event.preventDefault();
    search.focus();
  }
});

for (const filters of document.querySelectorAll('.filters select')) filters.addEventListener('change', () => filters.form.requestSubmit());
const rows = document.getElementById('rows');
const intake = document.querySelector('[data-intake]');
const assisted = document.getElementById('assisted');
if (rows && !('still' in rows.dataset)) followWorklist(rows);
if (intake) followIntake(intake);
if (assisted) assist(assisted);
