// The simulator's page: shows its state once a second and calls what its buttons say. No framework, no innerHTML.
'use strict'

const REFRESH_MS = 800
const $ = (id) => document.getElementById(id)

const SCRIPTS = {
  'waits for you': { kind: 'manual' },
  'answers at once': { kind: 'answer', after_ms: 0 },
  'answers after 3 s': { kind: 'answer', after_ms: 3000 },
  'answers, hangs up after 10 s': { kind: 'answer', after_ms: 2000, hang_up_after_ms: 10000 },
  'is busy': { kind: 'busy' },
  'declines after 2 s': { kind: 'decline', after_ms: 2000 },
  'is never answered': { kind: 'no_answer' },
  'cannot be reached': { kind: 'unreachable' },
}

const WRONGS = {
  'Requests': {
    'refuse user and password': { kind: 'refuse_authentication' },
    'know no such extension': { kind: 'unknown_extension' },
    'refuse to start the call': { kind: 'refuse_start', message: 'no credit left' },
    'error text with status 200': { kind: 'error_with200', message: 'no credit left' },
    'status 500': { kind: 'server_error' },
    'never answer': { kind: 'hang', started: false },
    'never answer, but ring': { kind: 'hang', started: true },
    'answer after 5 s': { kind: 'slow', ms: 5000 },
    'cut the answer in half': { kind: 'cut_answer' },
    'close without an answer': { kind: 'cut_before_answer' },
    'redirect to plain HTTP': { kind: 'redirect_to_http' },
    'answer with 50 MB': { kind: 'huge_answer', bytes: 50000000 },
  },
  'Pushes': {
    'push twice': { kind: 'push_twice' },
    'push 5 s late': { kind: 'push_late', ms: 5000 },
    'push out of order': { kind: 'push_out_of_order' },
    'never tell the end': { kind: 'drop_end' },
    'leave out the call id': { kind: 'no_call_id' },
    'push with a wrong key': { kind: 'wrong_key' },
  },
}

const PHASES = {
  ringing: 'Ringing', agent_ringing: 'Extension rings', customer_ringing: 'Customer rings', talking: 'Connected', over: 'Over',
}

/** An element with text, attributes (or handlers) and children. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value)
    else if (value !== false && value != null) element.setAttribute(key, value === true ? '' : value)
  }
  element.append(...children.filter((child) => child != null))
  return element
}

const button = (words, act, main = false) => make('button', { type: 'button', class: main ? 'main' : null, onclick: act }, words)

async function ask(method, path, body) {
  const answer = await fetch('/control' + path, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) {
    let words = text
    try { words = JSON.parse(text).error ?? text } catch { /* plain text */ }
    throw new Error(words || `status ${answer.status}`)
  }
  return text ? JSON.parse(text) : null
}

/** Does something and shows what went wrong, if anything. */
async function act(method, path, body) {
  try {
    await ask(method, path, body)
    trouble('')
  } catch (error) {
    trouble(error.message)
  }
  await refresh()
}

function trouble(words) {
  $('trouble').textContent = words
  $('trouble').hidden = !words
}

/** What can happen at a phone of a call; the phone is the one chosen beside the buttons. */
const AT_PHONE = {
  'Rings at': (extension) => ({ act: 'rings_at', extension }),
  'Picks up': (extension) => ({ act: 'picks_up', extension }),
  'Not answered': (extension) => ({ act: 'leaves', extension, how: 'no_answer' }),
  'Declines': (extension) => ({ act: 'leaves', extension, how: 'declined' }),
  'Busy': (extension) => ({ act: 'leaves', extension, how: 'busy' }),
  'Not reached': (extension) => ({ act: 'leaves', extension, how: 'failed' }),
  'Other device stops': (extension) => ({ act: 'leaves', extension, how: 'answered_elsewhere' }),
  'Hangs up, call goes on': (extension) => ({ act: 'leaves', extension, how: 'ended' }),
  'Holds': (extension) => ({ act: 'holds', extension }),
  'Resumes': (extension) => ({ act: 'resumes', extension }),
  'Gets it passed on': (extension, call) => ({ act: 'passes_on', extension: call.extensions[0] ?? '', to: extension }),
  'Voicemail': () => ({ act: 'voicemail' }),
  'Menu': () => ({ act: 'menu' }),
  'Vanishes untold': () => ({ act: 'vanishes' }),
}

/** What can happen at a channel of the Asterisk that tells of its calls. `to`: the chosen extension. */
const AT_CHANNEL = {
  'Answers': (channel) => ({ act: 'answers', channel: channel.id }),
  'Rings …': (channel, to) => ({ act: 'rings', caller: channel.id, extension: to }),
  'Rings … (two devices)': (channel, to) => ({ act: 'rings', caller: channel.id, extension: to, devices: 2 }),
  'Waits in queue': (channel) => ({ act: 'queue', channel: channel.id, name: 'sales' }),
  'Dials out to the number': (channel) => ({ act: 'dials_out', caller: channel.id, number: $('asterisk-number').value.trim() }),
  'Declines': (channel) => ({ act: 'declines', channel: channel.id }),
  'Busy': (channel) => ({ act: 'busy', channel: channel.id }),
  'Not answered': (channel) => ({ act: 'not_answered', channel: channel.id }),
  'Holds': (channel) => ({ act: 'holds', channel: channel.id }),
  'Resumes': (channel) => ({ act: 'resumes', channel: channel.id }),
  'Passes its caller on to …': (channel, to) => ({ act: 'passes_on', channel: channel.id, caller: channel.dialled_by ?? '', extension: to }),
  'Asks … (who picks up)': (channel, to) => ({ act: 'asks', channel: channel.id, extension: to }),
  'Hands its caller over': (channel) => handsOver(channel),
  'Voicemail takes it': (channel) => ({ act: 'service', channel: channel.id, app: 'VoiceMail' }),
  'A menu takes it': (channel) => ({ act: 'service', channel: channel.id, app: 'BackGround' }),
  'Hangs up': (channel) => ({ act: 'hangs_up', channel: channel.id }),
}

/** An act, and the extension it is about, at one call or channel. */
function acts(key, all, extensions, done) {
  const what = make('select', { 'aria-label': 'What happens' }, ...Object.keys(all).map((words) => make('option', {}, words)))
  const where = make('select', { 'aria-label': 'At which extension' }, ...extensions.map((e) => make('option', {}, e)))
  const go = button('Do', () => done(all[what.value], where.value))
  what.dataset.key = `${key}-what`
  go.dataset.key = `${key}-do`
  return [what, where, go]
}

let extensions = []

/** Who asked a colleague by {@link AT_CHANNEL}, by channel: the second channel and the colleague's. */
const asked = new Map()

function handsOver(channel) {
  const [second, colleague] = asked.get(channel.id) ?? []
  return { act: 'hands_over', channel: channel.id, caller: channel.dialled_by ?? '', second: second ?? '', colleague: colleague ?? '' }
}

async function atAsterisk(what) {
  try {
    const { channels } = await ask('POST', '/asterisk', what)
    if (what.act === 'asks') asked.set(what.channel, channels)
    trouble('')
  } catch (error) {
    trouble(error.message)
  }
  await refresh()
}

function renderChannels(channels) {
  if (!channels.length) return [empty('No calls. Let one come in above.')]
  return channels.map((channel) => make('li', {},
    make('div', { class: 'who' }, channel.name, make('small', {}, [channel.id, channel.state, channel.caller?.number].filter(Boolean).join(' · '))),
    ...acts(channel.id.replaceAll('-', '_'), AT_CHANNEL, extensions, (act_, to) => atAsterisk(act_(channel, to)))))
}

function ring(caller) {
  const extension = $('extension').value
  return act('POST', '/ring', {
    caller, called: $('line').value.trim(), extensions: extension ? [extension] : [], via: $('via').value,
  })
}

/** Renders only what changed, and never under the user's hands. */
const shown = new Map()
function show(id, data, render) {
  const now = JSON.stringify(data)
  const list = $(id)
  if (shown.get(id) === now || (list.contains(document.activeElement) && document.activeElement.tagName === 'SELECT')) return
  shown.set(id, now)
  const focused = document.activeElement?.dataset?.key
  list.replaceChildren(...render(data))
  if (focused) {
    // The button pressed may have gone with what it did: the keyboard stays with the same call.
    const same = list.querySelector(`[data-key="${CSS.escape(focused)}"]`)
    const near = list.querySelector(`[data-key^="${CSS.escape(focused.split('-')[0])}-"]`)
    const next = same ?? near
    next?.focus()
  }
}

const empty = (words) => make('li', { class: 'empty' }, words)

function renderPeople(people) {
  const wanted = $('find').value.trim().toLowerCase()
  const matches = (person) => {
    const text = [person.name, person.company, ...person.numbers.flatMap((n) => [n.written, n.caller])].join(' ').toLowerCase()
    return text.includes(wanted)
  }
  const rows = people.filter(matches).map((person) => make('li', {},
    make('div', { class: 'who' },
      person.name, person.vip ? make('span', { class: 'vip' }, ' ★ VIP') : null,
      make('small', {}, [person.role, person.company].filter(Boolean).join(' · ') || 'private customer')),
    ...person.numbers.map((number) => {
      const it = button(`Ring ${number.label}`, () => ring(number.caller))
      it.title = `${number.written}, sent as ${number.caller}`
      it.setAttribute('aria-label', `Ring from ${person.name}, ${number.label} ${number.written}`)
      return it
    })))
  return rows.length ? rows : [empty('Nobody by that name.')]
}

/** Who that is, as far as the list knows. */
function nameOf(number) {
  const names = people.filter((p) => p.numbers.some((n) => n.caller === number)).map((p) => p.name)
  return [number || 'hidden number', names.join(' or ')].filter(Boolean).join(' · ')
}

function renderCalls(calls) {
  if (!calls.length) return [empty('No calls yet. Let one come in on the left, or dial in Ringcard.')]
  return calls.map((call) => {
    const incoming = call.direction === 'inbound'
    const rings = call.phase === 'ringing' || call.phase.endsWith('_ringing')
    const to = (act_) => () => act('POST', `/calls/${call.no}/${act_}`)
    const keyed = (element, key) => { element.dataset.key = `${call.no}-${key}`; return element }
    return make('li', {},
      make('div', { class: 'who' },
        `${incoming ? '↘' : '↗'} ${nameOf(incoming ? call.caller : call.called)}`,
        make('small', {}, [`call ${call.no}`, incoming ? `to ${call.called}` : 'dialled', call.extensions.join(', '), call.via].filter(Boolean).join(' · '))),
      make('span', { class: `state ${call.phase}` }, call.phase === 'over' ? (call.result ?? 'over').replaceAll('_', ' ') : PHASES[call.phase]),
      rings ? keyed(button('Answer', to('answer'), true), 'answer') : null,
      incoming && rings ? keyed(button('Miss', to('miss')), 'miss') : null,
      incoming && rings ? keyed(button('Elsewhere', to('elsewhere')), 'elsewhere') : null,
      call.phase === 'over' ? null : keyed(button('End', to('end')), 'end'),
      ...(incoming && call.phase !== 'over'
        ? acts(`${call.no}`, AT_PHONE, extensions, (act_, extension) => act('POST', `/calls/${call.no}/leg`, act_(extension, call)))
        : []))
  })
}

/** A script with its defaults, to compare. */
const full = ({ kind, after_ms = 0, hang_up_after_ms = null }) => `${kind} ${after_ms} ${hang_up_after_ms}`

function renderPhones(phones) {
  return phones.map((phone) => {
    const now = full(phone.script)
    const same = (script) => full(script) === now
    const choice = make('select', {
      'aria-label': `Phone ${phone.number}`,
      onchange: (event) => {
        const script = SCRIPTS[event.target.value]
        event.target.blur()
        if (script) act('PUT', `/phones/${encodeURIComponent(phone.number)}/script`, script)
      },
    })
    const known = Object.entries(SCRIPTS).some(([, script]) => same(script))
    for (const [words, script] of Object.entries(SCRIPTS)) choice.append(make('option', { selected: same(script) }, words))
    if (!known) choice.prepend(make('option', { selected: true }, words(phone.script)))
    const [incoming] = Object.entries(SCRIPTS).find(([, script]) => full(script) === full(phone.inbound)) ?? [words(phone.inbound)]
    return make('li', {},
      make('div', { class: 'who' }, phone.is_extension ? `Extension ${phone.number}` : phone.number,
        full(phone.inbound) === now ? null : make('small', {}, `when a call comes in: ${incoming}`)),
      choice)
  })
}

/** A script or misbehaviour that is not in the lists above. */
function words(thing) {
  const { kind, times, ...rest } = thing
  const details = Object.entries(rest).filter(([, value]) => value != null).map(([name, value]) => `${name} ${value}`)
  return [kind.replaceAll('_', ' '), ...details].join(', ')
}

/** The words of the list above for a misbehaviour, where it has them. */
function inWords({ times, ...wrong }) {
  const same = (listed) => Object.entries(listed).every(([key, value]) => wrong[key] === value)
  const known = Object.values(WRONGS).flatMap(Object.entries).find(([, listed]) => same(listed))
  return known ? known[0] : words(wrong)
}

function renderStanding(standing) {
  $('behave').hidden = !standing.length
  if (!standing.length) return [empty('Everything is as it should be.')]
  return standing.map((it) => make('li', {},
    make('span', { class: 'who bad' }, inWords(it)),
    make('small', {}, it.times == null ? 'until cleared' : it.times === 1 ? 'next time' : `${it.times} times`)))
}

function renderJournal({ received, pushed }) {
  const lines = [
    ...received.map((r) => ({
      seq: r.seq, at: r.at, what: `← ${r.system} ${r.method} ${r.path}${r.misbehaviour ? ' · ' + inWords(r.misbehaviour) : ''}`,
      result: r.status ?? 'no answer', good: r.status >= 200 && r.status < 300,
    })),
    ...pushed.map((p) => ({
      seq: p.seq, at: p.at, what: `→ ${p.event ?? p.kind} · call ${p.call}`,
      result: p.outcome.kind === 'answered' ? `${p.outcome.status} · ${p.took_ms} ms` : p.outcome.kind === 'dropped' ? 'not sent' : 'no answer',
      good: p.outcome.kind === 'answered' && p.outcome.status < 300, title: p.outcome.why,
    })),
  ].sort((a, b) => b.seq - a.seq)
  if (!lines.length) return [empty('Nothing was received or sent yet.')]
  return lines.map((line) => make('li', { title: line.title },
    make('time', {}, new Date(line.at).toLocaleTimeString()),
    make('span', { class: 'what' }, line.what),
    make('span', { class: line.good ? 'good' : 'bad' }, String(line.result))))
}

let people = []
async function refresh() {
  let state
  try {
    state = await ask('GET', '/state')
  } catch {
    $('hub').textContent = 'The simulator does not answer: is it still running?'
    return
  }
  $('hub').textContent = state.hub ? `pushes to ${state.hub.base_url}/in/${state.hub.account}` : 'pushes nowhere: no hub is set'
  if (!$('line').value && document.activeElement !== $('line')) $('line').value = state.main_line
  show('extension', state.phones.filter((p) => p.is_extension).map((p) => p.number), (extensions) => [
    make('option', { value: '' }, 'not told'), ...extensions.map((e, i) => make('option', { value: e, selected: i === 0 }, e)),
  ])
  extensions = state.phones.filter((p) => p.is_extension).map((p) => p.number)
  show('calls', state.calls, renderCalls)
  $('asterisk').hidden = !state.asterisk
  if (state.asterisk) {
    const { lines, channels } = state.asterisk
    $('asterisk-lines').textContent = lines ? `${lines === 1 ? 'One line hears' : `${lines} lines hear`} its events.` : 'Nobody hears its events yet.'
    show('channels', channels, renderChannels)
    for (const [id, now] of [['delivery', state.asterisk.delivery], ['asterisk-wrong', state.asterisk.wrong ?? '']]) {
      if (document.activeElement !== $(id)) $(id).value = now
    }
  }
  show('phones', state.phones, renderPhones)
  $('beside').hidden = state.beside.length === 0
  $('beside-list').replaceChildren(...state.beside.map((line) => Object.assign(document.createElement('li'), { textContent: line })))
  show('standing', state.misbehaviour, renderStanding)
  show('journal', { received: state.received, pushed: state.pushed }, renderJournal)
}

async function start() {
  for (const [group, wrongs] of Object.entries(WRONGS)) {
    $('how').append(make('optgroup', { label: group }, ...Object.keys(wrongs).map((w) => make('option', { value: `${group}/${w}` }, w))))
  }
  $('misbehave').addEventListener('submit', (event) => {
    event.preventDefault()
    const [group, which] = [$('how').value.split('/')[0], $('how').value.split('/').slice(1).join('/')]
    act('POST', '/misbehave', { ...WRONGS[group][which], times: $('when').value === 'once' ? 1 : null })
  })
  $('behave').addEventListener('click', () => act('DELETE', '/misbehave'))
  $('restart').addEventListener('click', () => act('POST', '/restart'))
  $('asterisk-in').addEventListener('submit', (event) => {
    event.preventDefault()
    atAsterisk({ act: 'calls_in', number: $('asterisk-number').value.trim(), name: $('asterisk-name').value.trim(), called: '5716017000' })
  })
  $('delivery').addEventListener('change', (event) => atAsterisk({ act: 'delivers', how: event.target.value }))
  $('asterisk-wrong').addEventListener('change', (event) => atAsterisk({ act: 'misbehaves', how: event.target.value || null }))
  $('asterisk-cut').addEventListener('click', () => atAsterisk({ act: 'cut_lines' }))
  $('asterisk-restart').addEventListener('click', () => atAsterisk({ act: 'restarts' }))
  $('free').addEventListener('submit', (event) => {
    event.preventDefault()
    ring($('number').value.trim())
  })
  $('other-phone').addEventListener('submit', (event) => {
    event.preventDefault()
    const number = $('other-number').value.trim()
    if (number) act('PUT', `/phones/${encodeURIComponent(number)}/script`, SCRIPTS['answers at once'])
    $('other-number').value = ''
  })
  const list = () => { shown.delete('people'); show('people', people, renderPeople) }
  $('find').addEventListener('input', list)
  try {
    people = await ask('GET', '/people')
    for (const scenario of await ask('GET', '/scenarios')) {
      const it = button(scenario.title, () => ring(scenario.caller))
      it.title = scenario.about
      $('scenarios').append(it)
    }
    for (const story of await ask('GET', '/stories')) {
      const caller = () => $('number').value.trim() || '+36205550102'
      const it = button(story.title, () => act('POST', `/stories/${story.name}`, { caller: caller() }))
      it.title = story.about
      $('stories').append(it)
    }
  } catch (error) {
    trouble(error.message)
  }
  list()
  await refresh()
  setInterval(() => { if (!document.hidden) refresh() }, REFRESH_MS)
}

start()
