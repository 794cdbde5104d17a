// Ranked lists side by side. Every text reaches the page through textContent only.

const SVG = "http://www.w3.org/2000/svg"

function element(kind, className, text) {
  const made = document.createElement(kind)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

function marked(className, parts) {
  const made = element("div", className)
  made.dir = "auto"
  for (const [text, hit] of parts) {
    made.append(hit ? element("mark", "", text) : document.createTextNode(text))
  }
  return made
}

function card(hit, open) {
  const made = element("button", hit.relevant ? "card relevant" : "card")
  made.type = "button"
  made.dataset.doc = hit.id
  const line = element("div", "line")
  line.append(element("span", "rank", String(hit.rank)))
  const id = element("span", "id", hit.id)
  id.title = hit.id
  line.append(id)
  for (const badge of hit.badges) {
    const shown = element("span", `badge ${badge.kind}`, badge.text)
    shown.title = badge.meaning
    line.append(shown)
  }
  line.append(element("span", "score", hit.score))
  made.append(line)
  if (hit.title.length) made.append(marked("title", hit.title))
  if (hit.text.length) made.append(marked("text", hit.text))
  made.onclick = () => open(hit.id)
  return made
}

function column(given, open) {
  const made = element("div", "column")
  const name = element("div", "name", given.name)
  name.append(element("small", "", given.note))
  made.append(name)
  for (const hit of given.hits) made.append(card(hit, open))
  if (!given.hits.length) made.append(element("div", "none", given.empty))
  return made
}

// Give all heads the height of the tallest, so that equal ranks begin at one height.
function level(board) {
  const names = [...board.querySelectorAll(".name")]
  for (const name of names) name.style.minHeight = ""
  const most = Math.max(...names.map(name => name.offsetHeight))
  for (const name of names) name.style.minHeight = `${most}px`
}

// Join the cards of one document in neighbouring columns.
function connect(board, svg) {
  svg.replaceChildren()
  const frame = board.getBoundingClientRect()
  svg.setAttribute("width", frame.width)
  svg.setAttribute("height", frame.height)
  const columns = [...board.querySelectorAll(".column")].map(
    one => new Map([...one.querySelectorAll(".card")].map(found => [found.dataset.doc, found]))
  )
  for (let place = 1; place < columns.length; place++) {
    for (const [doc, right] of columns[place]) {
      const left = columns[place - 1].get(doc)
      if (!left) continue
      const a = left.getBoundingClientRect()
      const b = right.getBoundingClientRect()
      const [x1, y1] = [a.right - frame.left + 2, a.top + a.height / 2 - frame.top]
      const [x2, y2] = [b.left - frame.left - 2, b.top + b.height / 2 - frame.top]
      const bend = (x2 - x1) / 2
      const path = document.createElementNS(SVG, "path")
      path.setAttribute("d", `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`)
      path.dataset.doc = doc
      if (right.classList.contains("relevant")) path.classList.add("relevant")
      svg.append(path)
    }
  }
}

// Light up one document in all columns while the pointer or the focus is on it.
function light(root, doc) {
  root.classList.toggle("lit", doc !== null)
  for (const found of root.querySelectorAll("[data-doc]")) {
    found.classList.toggle("same", doc !== null && found.dataset.doc === doc)
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".diff")
  const board = element("div", "board")
  const count = data.columns.length
  const gap = count > 3 ? 2.6 : 3.6
  board.style.gridTemplateColumns = `repeat(${count}, minmax(0, 1fr))`
  board.style.columnGap = `${gap}rem`
  board.style.minWidth = `${count * 15.5 + (count - 1) * gap}rem`
  const svg = document.createElementNS(SVG, "svg")
  svg.setAttribute("aria-hidden", "true")
  board.append(svg)
  for (const given of data.columns) {
    board.append(column(given, doc => setTriggerValue("opened", doc)))
  }
  root.replaceChildren(board)

  const over = event => {
    const found = event.target.closest?.(".card")
    light(root, found ? found.dataset.doc : null)
  }
  root.onpointerover = over
  root.onfocusin = over
  root.onpointerleave = () => light(root, null)

  const observer = new ResizeObserver(() => {
    level(board)
    connect(board, svg)
  })
  observer.observe(board)
  return () => observer.disconnect()
}
