const me = await (await fetch('v1/me')).json();
const who = document.createElement('p');
who.textContent = me.name;
document.getElementById('main').append(who);
