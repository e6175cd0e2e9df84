// The chat on a clinic's website: defines <needlepoint-chat>, and adds one where the script tag asks for it.
import { NeedlepointChat } from './element.js';

if (!customElements.get('needlepoint-chat')) customElements.define('needlepoint-chat', NeedlepointChat);

const tag = [...document.querySelectorAll('script[data-server]')].find((each) => each.src === import.meta.url);
if (tag && !tag.dataset.embedded) {
  tag.dataset.embedded = '';
  const chat = document.createElement('needlepoint-chat');
  for (const name of NeedlepointChat.attributes) {
    if (name in tag.dataset) chat.setAttribute(name, tag.dataset[name]);
  }
  if (tag.dataset.mode === 'inline') tag.after(chat);
  else document.body.append(chat);
}
