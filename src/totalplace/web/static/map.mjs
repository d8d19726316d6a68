// A map of small areas without a basemap: drawn by MapLibre from shapes and colours that the server sends.
//
//   <div class="tp-live" data-map="/neighbourhoods/map/picture.json?layer=wards"
//        data-library="..." data-worker="..." data-label="Map of wards"> <svg>the same, still</svg> </div>
//
// Every such element becomes a map by itself where this module is loaded; `createMap(element, options)` makes one by
// hand and gives { ready, codes, paint(values), select(codes), onPick(callback), lines(layer), names(areas), destroy() }.
// Where the browser has no WebGL, or the library is not there, the still picture inside stays and nothing is lost.

const INK = "#0b0c0c";
const NOBODY = "#e7e9ec"; // a block that is in no area
const FONT = ["Arial, Helvetica, sans-serif"];
const MANY = 60; // with more areas than this their lines are thin until one comes near
const live = new Set();

/** Whether this browser can draw with its graphics card. */
export function drawable() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

/**
 * Makes a map in an element. Options: `picture`, an address or the document itself (what it holds: docs/web.md), else
 * that of data-map; `onPick`, called with { code, name, number } when somebody points at a block and clicks.
 * What is asked before the map is there is done when it is. `ready` becomes true, or false where there is no map.
 */
export function createMap(element, options = {}) {
  let map = null;
  let shapes = null;
  let picture = null;
  let borders = [];
  let gone = false;
  const number = new Map();
  const listeners = options.onPick ? [options.onPick] : [];
  let picked = [];
  const note = document.createElement("p");

  const ready = begin().catch((error) => {
    console.warn("The map could not be drawn; the still picture stands in its place.", error);
    destroy();
    return false;
  });

  async function begin() {
    if (!element.dataset.library || !drawable()) return false;
    const asked = options.picture ?? element.dataset.map;
    picture = typeof asked === "string" ? await fetched(asked) : asked;
    const [library, found] = await Promise.all([import(element.dataset.library), fetched(picture.blocks)]);
    if (gone) return false;
    shapes = found;
    shapes.features.forEach((feature, n) => number.set(feature.properties.code, n));
    borders = bordersOf(shapes.features);
    library.setWorkerUrl(new URL(element.dataset.worker, document.baseURI).href);
    const frame = document.createElement("div");
    frame.className = "tp-live__frame";
    frame.style.aspectRatio = aspectOf(boundsOf(shapes.features)); // no more white around the place than there must be
    element.append(frame);
    const label = element.dataset.label || "Map";
    map = new library.Map({
      container: frame,
      style: style(),
      bounds: boundsOf(shapes.features),
      fitBoundsOptions: { padding: 16 },
      maxZoom: 17,
      attributionControl: false, // the sources stand under the map, where they are printed too
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      rollEnabled: false,
      cooperativeGestures: !options.whole,
      fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200,
      locale: { "Map.Title": label },
      localIdeographFontFamily: FONT[0],
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new library.ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-left");
    await new Promise((done, fail) => {
      map.once("load", done);
      map.once("error", (event) => fail(event.error));
    });
    if (gone) return false;
    note.className = "tp-live__note";
    note.hidden = true;
    note.setAttribute("aria-hidden", "true"); // the table says it
    frame.append(note);
    map.on("mousemove", "fill", pointed);
    map.on("mouseleave", "fill", () => (note.hidden = true));
    map.on("click", "fill", (event) => listeners.forEach((told) => told(block(event.features[0].id), event)));
    show();
    element.classList.add("tp-live--on");
    map.resize();
    map.fitBounds(boundsOf(shapes.features), { padding: 16, animate: false });
    await new Promise((done) => map.once("idle", done));
    element.dataset.mapReady = "";
    live.add(api);
    return true;
  }

  function style() {
    const from = (id, type, source, paint, layout = {}) => ({ id, type, source, paint, layout });
    const round = { "line-join": "round", "line-cap": "round" };
    const state = (name, otherwise) => ["coalesce", ["feature-state", name], otherwise];
    const thick = (picture.areas ?? []).length > MANY ? 1.25 : 2.25;
    const empty = { type: "geojson", data: { type: "FeatureCollection", features: [] } };
    return {
      version: 8,
      sources: {
        blocks: { type: "geojson", data: shapes, tolerance: 0 }, // simple already
        edges: { ...empty, tolerance: 0, data: drawn(borders.filter(({ b }) => b >= 0)) },
        rim: { ...empty, tolerance: 0, data: drawn(borders.filter(({ b }) => b < 0)) },
        over: { ...empty, tolerance: 0 },
        lines: { ...empty, tolerance: 0 },
        picked: { ...empty, tolerance: 0 },
        sites: empty,
        names: empty,
      },
      layers: [
        { id: "paper", type: "background", paint: { "background-color": "#ffffff" } },
        from("fill", "fill", "blocks", { "fill-color": state("colour", NOBODY), "fill-antialias": false }),
        from("edges", "line", "edges", { "line-color": "#ffffff", "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.3, 14, 1], "line-opacity": 0.8 }),
        from("lines", "line", "lines", { "line-color": INK, "line-width": ["interpolate", ["linear"], ["zoom"], 10, thick, 13, 2.25] }, round),
        from("rim", "line", "rim", { "line-color": INK, "line-width": 1.25 }, round),
        from("over-halo", "line", "over", { "line-color": "#ffffff", "line-width": 4.5 }, round),
        from("over", "line", "over", { "line-color": ["get", "colour"], "line-width": 2.25, "line-dasharray": [3, 2] }),
        from("picked", "line", "picked", { "line-color": INK, "line-width": 6 }, round),
        from("picked-in", "line", "picked", { "line-color": "#ffdd00", "line-width": 3 }, round),
        from("sites", "circle", "sites", { "circle-radius": 4, "circle-color": ["get", "colour"], "circle-stroke-color": "#ffffff", "circle-stroke-width": 1.5 }),
        from("names", "symbol", "names", { "text-color": INK, "text-halo-color": "#ffffff", "text-halo-width": 2 }, {
          "text-field": ["get", "name"], "text-font": FONT, "text-size": 13, "text-max-width": 9,
          "text-padding": 4, "symbol-sort-key": ["get", "order"],
        }),
      ],
    };
  }

  function show() {
    paint(picture.paint);
    lines({ of: picture.of });
    (picture.over ?? []).forEach((layer) => lines(layer));
    names(picture.areas);
    sites(picture.sites ?? []);
  }

  const block = (n) => ({ number: n, code: shapes.features[n].properties.code, name: shapes.features[n].properties.name });
  const data = (id, features) => map.getSource(id).setData({ type: "FeatureCollection", features });

  /** Colours of blocks: a list in their order, or an object or Map from code to colour; what is not named stays. */
  function paint(values) {
    const pairs = Array.isArray(values) ? values.map((value, n) => [n, value]) : entries(values);
    for (const [n, value] of pairs) {
      if (n === undefined || n >= shapes.features.length) continue;
      const colour = typeof value === "number" ? picture.palette?.[value] : value;
      map.setFeatureState({ source: "blocks", id: n }, { colour: colour || NOBODY });
    }
  }

  const entries = (values) =>
    [...(values instanceof Map ? values : Object.entries(values ?? {}))].map(([code, value]) => [number.get(code), value]);

  /** Puts a yellow frame around these blocks and no others. */
  function select(codes) {
    for (const n of picked) map.setFeatureState({ source: "blocks", id: n }, { picked: 0 });
    picked = [...codes].map((code) => number.get(code)).filter((n) => n !== undefined);
    for (const n of picked) map.setFeatureState({ source: "blocks", id: n }, { picked: 1 });
    data("picked", picked.map((n) => shapes.features[n])); // few lines, where frames of all blocks would be many
  }

  /**
   * Draws lines where neighbouring blocks have different areas. `of` is the area of each block: a list in their order,
   * or an object or Map from code. Without `over` they are the lines of the areas; with it those of another layer, dashed.
   */
  function lines(layer) {
    const of = labels(layer.of);
    const cut = drawn(borders.filter(({ a, b }) => b >= 0 && of[a] !== of[b]), { colour: layer.colour ?? "#801650" });
    map.getSource(layer.over ? "over" : "lines").setData(cut);
    if (!layer.over) picture.of = of;
  }

  function labels(of) {
    if (Array.isArray(of)) return of;
    const found = new Array(shapes.features.length).fill(-1);
    for (const [n, value] of entries(of)) if (n !== undefined) found[n] = value;
    return found;
  }

  /** What areas are called and where: a list of { name, number, at: [longitude, latitude] or null, words }. */
  function names(areas) {
    picture.areas = areas;
    const placed = (areas ?? []).filter((area) => area.at);
    const called = (area) => (area.number ? `${area.number} ${area.name}` : area.name);
    data("names", placed.map((area, n) => point(area.at, { name: called(area), order: n })));
  }

  function sites(kinds) {
    data("sites", kinds.flatMap((kind) => kind.points.map(([x, y, name]) => point([x, y], { name, colour: kind.colour }))));
  }

  const point = (at, properties) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates: at } });

  function pointed(event) {
    const { name, code, number: n } = block(event.features[0].id);
    const area = picture.areas?.[picture.of?.[n]];
    const people = shapes.features[n].properties.people.toLocaleString("en-GB");
    const near = [[event.point.x - 6, event.point.y - 6], [event.point.x + 6, event.point.y + 6]];
    const site = map.queryRenderedFeatures(near, { layers: ["sites"] })[0]?.properties.name;
    const said = [site, area ? `${area.name}${area.words ? `: ${area.words}` : ""}` : "in no area", `${name || code}, ${people} people`];
    note.textContent = said.filter(Boolean).join("\n");
    note.hidden = false;
  }

  function destroy() {
    gone = true;
    element.classList.remove("tp-live--on");
    delete element.dataset.mapReady;
    map?.remove();
    map = null;
    element.querySelector(":scope > .tp-live__frame")?.remove();
    live.delete(api);
  }

  const soon = (act) => (...given) => ready.then((there) => there && !gone && act(...given));
  const api = {
    element,
    ready,
    get codes() {
      return shapes ? shapes.features.map((feature) => feature.properties.code) : [];
    },
    get map() {
      return map; // MapLibre's own, for tests and for what is not here
    },
    paint: soon(paint),
    select: soon(select),
    lines: soon(lines),
    names: soon(names),
    onPick: (callback) => void listeners.push(callback),
    destroy,
  };
  return api;
}

async function fetched(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer.json();
}

/** Borders as one feature. */
const drawn = (borders, properties = {}) => ({
  type: "Feature",
  properties,
  geometry: { type: "MultiLineString", coordinates: borders.map(({ line }) => line) },
});

function ringsOf(shape) {
  if (shape?.type === "Polygon") return shape.coordinates;
  return shape?.type === "MultiPolygon" ? shape.coordinates.flat() : [];
}

function boundsOf(features) {
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const { geometry } of features) {
    for (const ring of ringsOf(geometry)) {
      for (const [x, y] of ring) {
        [west, east] = [Math.min(west, x), Math.max(east, x)];
        [south, north] = [Math.min(south, y), Math.max(north, y)];
      }
    }
  }
  return [west, south, east, north];
}

/** How many times as wide as high these bounds are on a map, with room for the buttons: from 1 to 2. */
function aspectOf([west, south, east, north]) {
  const wide = (east - west) * Math.cos((((south + north) / 2) * Math.PI) / 180);
  return Math.min(Math.max(wide / (north - south), 1), 2);
}

/**
 * The borders of blocks as lines { a, b, line }: between block a and block b, or b = -1 where a has no neighbour.
 * The shapes are a coverage, so a border has the same corners on both sides.
 */
export function bordersOf(features) {
  const corner = new Map();
  const owner = new Map();
  const key = (one, other) => {
    const [p, q] = [one, other].map((at) => {
      const text = `${at[0]},${at[1]}`;
      if (!corner.has(text)) corner.set(text, corner.size);
      return corner.get(text);
    });
    return p < q ? p * 0x4000000 + q : q * 0x4000000 + p;
  };
  const rings = features.map(({ geometry }) => ringsOf(geometry).map((ring) => ({ ring, keys: ring.slice(1).map((at, n) => key(ring[n], at)) })));
  rings.forEach((mine, block) => {
    for (const { keys } of mine) {
      for (const side of keys) owner.set(side, owner.has(side) ? [owner.get(side)[0], block] : [block, -1]);
    }
  });
  const found = [];
  rings.forEach((mine, a) => {
    for (const { ring, keys } of mine) {
      let run = null;
      keys.forEach((side, n) => {
        const [first, second] = owner.get(side);
        const b = first === a ? second : first;
        if (run && run.b === b) run.line.push(ring[n + 1]);
        else {
          run = { a, b, line: [ring[n], ring[n + 1]] };
          if (b < 0 || b > a) found.push(run);
        }
      });
    }
  });
  return found;
}

function begin() {
  for (const each of live) if (!each.element.isConnected) each.destroy();
  for (const element of document.querySelectorAll("[data-map]:not([data-map-begun])")) {
    element.dataset.mapBegun = "";
    createMap(element);
  }
}

begin();
document.addEventListener("htmx:after:swap", begin);
