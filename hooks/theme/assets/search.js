/* Search behind window.handbook.search: Pagefind where it runs, else the whole text in one script.
   Both answer the same, in the same order. No dependencies; a classic script, so that it also runs
   from file://. Texts are folded as in hooks/handbook/search/text.py. */
(function () {
  "use strict";

  /** @typedef {{id: string, text: string, shaped: string, shown: string, heading: boolean}} Block */
  /** @typedef {{url: string, title: string, kind: string, name: string, blocks: Block[]}} Page */
  /** @typedef {{url: string, heading: string, excerpt: string}} Section */
  /** @typedef {{url: string, title: string, kind: string, sections: Section[], synonym?: true}} Result */
  /** @typedef {{kind?: string|string[], field?: string|string[], status?: string|string[],
                 unit?: string|string[]}} Filters */
  /** @typedef {Object<string, Object<string, number>>} Facets */
  /** @typedef {{total: number, results: Result[], facets?: Facets}} Answer */
  /** @typedef {string[][]} Terms  each term as its spellings: 第12条 is also 第十二条 */
  /** @typedef {{place: number, rank: number}} Hit  place: of the page in the order of the site */
  /** @typedef {{find: function(Terms, Filters): Promise<Hit[]>, page: function(Hit): Promise<Page>}} Engine */

  var root = new URL("../", document.currentScript.src).href;
  var onDisk = location.protocol === "file:";
  var FACETS = ["kind", "field", "status", "unit"];
  var SECTIONS = 50; // hits shown of one page
  var AROUND = 30; // characters of an excerpt on either side
  var TERMS = 8; // asked of Pagefind; pages are read for the others
  var LONG = 32; // characters of a term asked of Pagefind
  var OTHERS = 12; // other names looked for
  var REMEMBERED = 100; // terms whose hits are kept
  var NONE = 4; // the rank of a page that does not match

  // Loading

  var loading = {};

  /** Load a classic script once; after a failure, again. */
  function load(path) {
    if (!loading[path]) {
      loading[path] = new Promise(function (resolve, reject) {
        var element = document.createElement("script");
        element.src = root + path;
        element.onload = resolve;
        element.onerror = function () {
          delete loading[path];
          reject(new Error(path));
        };
        document.head.appendChild(element);
      });
    }
    return loading[path];
  }

  /** The tables that the index was folded by. */
  function tables() {
    return load("assets/search-data.js").then(function () {
      var data = window.handbookSearchData;
      if (!data.map) {
        data.map = {};
        data.fold[0].split("").forEach(function (old, place) {
          data.map[old] = data.fold[1].charAt(place);
        });
      }
      return data;
    });
  }

  /** What facets and nearest titles need of each page, in the order of the site. */
  function cards() {
    return load("assets/search-pages.js").then(function () { return window.handbookSearchPages; });
  }

  // Folding

  var UNSEEN = /[\u0000-\u0008\u000e-\u001f\u007f\u0085\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]/g;
  var LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(^|[^\ud800-\udbff])[\udc00-\udfff]/g;

  /** One shape for characters that look alike, in lower case; as long as before. */
  function fold(text, map) {
    var folded = "";
    for (var n = 0; n < text.length; n += 1) {
      var code = text.charCodeAt(n);
      var c = text.charAt(n);
      if (map[c]) folded += map[c];
      else if (code >= 0xff01 && code <= 0xff5e) folded += String.fromCharCode(code - 0xfee0);
      else folded += c;
    }
    return folded.toLowerCase();
  }

  function squeeze(text) {
    return text.replace(UNSEEN, "").replace(/\s+/g, "");
  }

  /** Shaped text as it is usually printed: full-width marks beside Chinese characters. */
  function printed(text) {
    return text.replace(/“([^“]*)“/g, "“$1”").replace(/\[(\d{4})\]/g, "〔$1〕")
      .replace(/([\u3400-\u9fff《》“”])([(),:;?!])|([(),:;?!])(?=[\u3400-\u9fff《》“”])/g,
        function (all, before, after, mark) {
          return (before || "") + String.fromCharCode((after || mark).charCodeAt(0) + 0xfee0);
        });
  }

  // Queries

  var DIGITS = "零一二三四五六七八九";
  var UNITS = "个十百千";
  var NUMBER = /(第\(?(?:[一二三四五六七八九十百千零〇]{1,7}|\d{1,4})\)?(?=[条款项章节编目部])|条之(?:[一二三四五六七八九十]{1,3}|\d{1,2}))/;

  function toChinese(number) {
    var figures = String(number).split("");
    var text = "";
    figures.forEach(function (figure, place) {
      var unit = figures.length - 1 - place;
      if (+figure) text += DIGITS.charAt(+figure) + (unit ? UNITS.charAt(unit) : "");
      else if (text && !/零$/.test(text)) text += "零";
    });
    return text.replace(/零$/, "").replace(/^一十/, "十");
  }

  function toNumber(text) {
    var total = 0;
    var current = 0;
    text.split("").forEach(function (c) {
      var unit = UNITS.indexOf(c);
      if (unit > 0) { total += (current || 1) * Math.pow(10, unit); current = 0; }
      else current = DIGITS.indexOf(c);
    });
    return total + current;
  }

  /** A provision's number as written and the other way: 第12 and 第十二. */
  function bothWays(part) {
    var number = /\d+|[^第条之()]+/.exec(part)[0];
    var usual = number.replace(/〇/g, "零");
    var value = /\d/.test(number) ? +number : toNumber(usual);
    var chinese = toChinese(value);
    if (!value || !(/\d/.test(number) || chinese === usual)) return [part];
    return [number, chinese, String(value)].filter(function (form, place, all) {
      return all.indexOf(form) === place;
    }).map(function (form) { return part.replace(number, form); });
  }

  /** A term as written, then with the numbers of its provisions written the other way. */
  function spellings(term) {
    return term.split(NUMBER).reduce(function (found, part, place) {
      var forms = place % 2 ? bothWays(part) : [part];
      if (found.length * forms.length > 8) forms = [part];
      return Array.prototype.concat.apply([], forms.map(function (form) {
        return found.map(function (start) { return start + form; });
      }));
    }, [""]);
  }

  /** A query as folded terms: blanks part them, a quoted phrase is one. @returns {Terms} */
  function parse(query, map) {
    var found = [];
    var seen = {};
    var pattern = /["“”＂]([^"“”＂]*)["“”＂]|(\S+)/g;
    var text = String(query).replace(UNSEEN, "").replace(LONE, "$1");
    for (var match = pattern.exec(text); match; match = pattern.exec(text)) {
      var word = match[1] === undefined ? match[2].replace(/^["“”＂]+|["“”＂]+$/g, "") : match[1];
      var term = fold(squeeze(word), map);
      if (term && !seen["=" + term]) found.push(spellings(term));
      seen["=" + term] = true;
    }
    return found;
  }

  /** Other names of what the terms name, each term with its own and the other spellings; or null. */
  function otherwise(terms, data) {
    var room = OTHERS;
    var found = terms.map(function (term) {
      var asked = term[0];
      var names = data.initials[asked] instanceof Array ? data.initials[asked] : [];
      data.synonyms.forEach(function (group) {
        if (group.indexOf(asked) >= 0) names = names.concat(group);
      });
      names = names.filter(function (name, place) {
        return name.indexOf(asked) < 0 && names.indexOf(name) === place;
      }).slice(0, room);
      room -= names.length;
      return term.concat(names);
    });
    return room < OTHERS ? found : null;
  }

  // What a page shows of itself

  function escape(text) {
    return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
      .replace(/"/g, "&quot;").replace(/'/g, "&#39;");
  }

  /** Where the terms stand in a text, as merged spans. @param {Terms} terms */
  function spans(text, terms) {
    var found = [];
    terms.forEach(function (term) {
      term.forEach(function (spelling) {
        for (var at = text.indexOf(spelling); at >= 0; at = text.indexOf(spelling, at + 1)) {
          found.push([at, at + spelling.length]);
        }
      });
    });
    found.sort(function (a, b) { return a[0] - b[0] || b[1] - a[1]; });
    return found.reduce(function (merged, span) {
      var last = merged[merged.length - 1];
      if (last && span[0] <= last[1]) last[1] = Math.max(last[1], span[1]);
      else merged.push(span);
      return merged;
    }, []);
  }

  function excerpt(text, found) {
    var start = Math.max(0, found[0][0] - AROUND);
    var end = Math.min(text.length, Math.max(found[0][1] + AROUND, start + 3 * AROUND));
    if (/[\udc00-\udfff]/.test(text.charAt(start))) start += 1;
    if (/[\udc00-\udfff]/.test(text.charAt(end))) end += 1;
    var parts = [start ? "…" : ""];
    var at = start;
    found.forEach(function (span) {
      if (span[0] >= end) return;
      parts.push(escape(text.slice(at, span[0])));
      at = Math.min(span[1], end);
      parts.push("<mark>", escape(text.slice(span[0], at)), "</mark>");
    });
    parts.push(escape(text.slice(at, end)), end < text.length ? "…" : "");
    return parts.join("");
  }

  function address(url, id) {
    var path = onDisk ? url + "index.html" : url;
    return root + path + (id ? "#" + encodeURIComponent(id) : "");
  }

  /** @returns {Block} */
  function toBlock(id, shaped, heading, shown) {
    return { id: id, text: shaped.toLowerCase(), shaped: shaped, shown: shown, heading: heading };
  }

  /** @param {Page} page @param {Terms} terms @returns {Section[]} */
  function sections(page, terms) {
    var found = [];
    var heading = "";
    page.blocks.forEach(function (block) {
      if (found.length >= SECTIONS) return;
      var article = /^第[^条]{1,9}条(?:之[一二三四五六七八九十]+)?/.exec(block.text);
      if (block.heading) heading = block.shown || printed(block.shaped);
      else if (article && /(?:^|__)art_\d+(?:_\d+)?__para_1$/.test(block.id)) heading = article[0];
      var marks = spans(block.text, terms);
      if (!marks.length) return;
      found.push({
        url: address(page.url, block.id),
        heading: heading || page.title,
        excerpt: excerpt(block.shown || printed(block.shaped), marks)
      });
    });
    return found;
  }

  /** @param {Page} page @returns {Result} */
  function toResult(page, terms) {
    return {
      url: address(page.url, ""),
      title: page.title,
      kind: page.kind,
      sections: sections(page, terms)
    };
  }

  /** 0: the title equals the query, 1: has it, 2: headings have it, 3: the text has it. */
  function rankOf(page, terms) {
    function everywhere(texts) {
      return terms.every(function (term) {
        return term.some(function (spelling) {
          return texts.some(function (text) { return text.indexOf(spelling) >= 0; });
        });
      });
    }
    function text(block) { return block.text; }
    if (!everywhere(page.blocks.map(text))) return NONE;
    if (terms.length === 1 && terms[0].indexOf(page.name) >= 0) return 0;
    if (everywhere([page.name])) return 1;
    return everywhere(page.blocks.filter(function (b) { return b.heading; }).map(text)) ? 2 : 3;
  }

  function matching(hit) { return hit.rank < NONE; }

  /** The values of a page for each of FACETS; card: a row of search-pages.js. */
  function values(card) {
    return [[card[2]], card[3], card[4], card[5]];
  }

  function fits(card, filters) {
    var own = values(card);
    return FACETS.every(function (name, number) {
      return !filters[name] || own[number].some(function (v) { return filters[name].indexOf(v) >= 0; });
    });
  }

  // Engine 1: Pagefind

  function importModule(url) {
    try {
      return new Function("url", "return import(url)")(url);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The parts of the index that Pagefind asks for from now on: where one does not come, it only
      finds nothing. @returns {Promise[]} */
  function watched() {
    var parts = [];
    var plain = window.fetch;
    window.fetch = function (url) {
      var answer = plain.apply(this, arguments);
      if (String(url).indexOf("/pagefind/index/") >= 0) {
        var part = answer.then(function (response) {
          if (!response.ok) throw new Error(url);
          return response.clone().arrayBuffer();
        }).then(function () {});
        part.catch(function () {}); // find tells
        parts.push(part);
      }
      return answer;
    };
    return parts;
  }

  /** @returns {Promise<Engine>} */
  function pagefind(data) {
    return importModule(root + "pagefind/pagefind.js").then(function (module) {
      // By the page's language Pagefind would cut a Chinese query into words of a dictionary; by any
      // other it would make a segmenter for each query, which takes longer than a small query.
      var html = document.documentElement;
      var language = html.lang;
      html.lang = "x"; // no language; the only index there is answers
      var engine = module.createInstance({ noWorker: true, baseUrl: "/", exactDiacritics: true });
      html.lang = language;
      // there are none, but it waits for all that a query needs, or fails
      return engine.filters().then(function () { return ranked(engine, data, watched()); });
    });
  }

  // Pagefind keeps these characters as HTML
  var MARKUP = { "&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"' };

  /** A page out of what Pagefind kept of the copy: single characters, private ones for notes.
      end: what its words end with. */
  function fromFragment(fragment, end, map) {
    var pattern = /([^\ue100-\ue1ff]*)([\ue100-\ue1ff]+)/g;
    function next() {
      var match = pattern.exec(fragment.raw_content);
      return match && { text: match[1], notes: decode(match[2]).split("\n") };
    }
    var own = next().notes;
    var blocks = [];
    for (var part = next(); part; part = next()) {
      var words = part.text.split(" ");
      if (end) words = words.map(function (w) { return w.slice(0, -end.length); });
      words = words.map(function (w) { return MARKUP[w] || w; });
      blocks.push(toBlock(part.notes[1], words.join(""), part.notes[0] === "#", part.notes[2]));
    }
    var title = own.slice(2).join("\n");
    return { url: own[0], title: title, kind: own[1], name: fold(squeeze(title), map), blocks: blocks };
  }

  function decode(hidden) {
    return decodeURIComponent(hidden.replace(/[^]/g, function (c) {
      return "%" + (0x100 + c.charCodeAt(0) - 0xe100).toString(16).slice(1);
    }));
  }

  /** What the words of a group of pages end with, as in search/index.py. */
  function letters(group) {
    var text = "";
    for (var n = group; n > 0; n = Math.floor((n - 1) / 26)) {
      text = String.fromCharCode(97 + (n - 1) % 26) + text;
    }
    return text;
  }

  /** Pagefind's phrases as an engine. parts: of the index, as they come. @returns {Engine} */
  function ranked(engine, data, parts) {
    var letter = new RegExp("[\\p{L}\\p{N}]", "u");
    var all = [];
    var places = {}; // result id -> place of the page in the order of the site
    var read = {};
    var asked = {};
    var remembered = 0;
    for (var n = 0; n * data.group < data.pages; n += 1) all.push(n);

    /** The words of a text's characters, moved as in search/index.py; null: one is never indexed. */
    function words(text, part) {
      var to = data.shift[part];
      var moved = Array.from(text).map(function (c) {
        var code = c.codePointAt(0);
        var other = data.others.indexOf(c);
        if (!to) return data.characters.indexOf(c) >= 0 || letter.test(c) ? c : "";
        if (code >= 0x4e00 && code <= 0x9fff) return String.fromCodePoint(to[0] + code - 0x4e00);
        return other < 0 ? "" : String.fromCodePoint(to[1] + other);
      });
      return moved.indexOf("") < 0 ? moved : null;
    }
    /** The hits of a term, remembered: facets and longer lists ask again. */
    function term(spelled, part, groups) {
      var key = JSON.stringify([spelled, part, groups]);
      if (!asked[key] && (remembered += 1) > REMEMBERED) {
        asked = {};
        remembered = 1;
      }
      asked[key] = asked[key] || hitsOf(spelled, part, groups);
      return asked[key];
    }
    /** The results of a phrase. Pages not met before are asked for in the order of the site, where a
        page's score is its place. */
    function results(phrase) {
      return engine.search(phrase).then(function (answer) {
        function met(result) { return result.id in places; }
        if (answer.results.every(met)) return answer.results;
        return engine.search(phrase, { sort: { order: "asc" } }).then(function (sorted) {
          sorted.results.forEach(function (result) { places[result.id] = -result.score; });
          return sorted.results;
        });
      });
    }
    /** All hits of a term in groups of pages, as place -> result. */
    function hitsOf(spelled, part, groups) {
      var found = {};
      var answers = [];
      var phrases = spelled.map(function (s) { return words(s, part); }).filter(Boolean);
      phrases.forEach(function (chars) {
        groups.forEach(function (group) {
          var end = letters(group);
          answers.push(results('"' + chars.join(end + " ") + end + '"').then(function (hits) {
            hits.forEach(function (hit) {
              var place = places[hit.id];
              if (Math.floor(place / size(part)) === group) found[place] = hit;
            });
          }));
        });
      });
      return Promise.all(answers).then(function () { return found; });
    }
    /** The places where all terms are, in order. */
    function both(terms, part, groups) {
      return Promise.all(terms.map(function (t) { return term(t, part, groups); })).then(function (each) {
        return Object.keys(each[0]).filter(function (place) {
          return each.every(function (found) { return place in found; });
        }).map(function (place) { return { place: +place, rank: NONE, result: each[0][place] }; })
          .sort(function (a, b) { return a.place - b.place; });
      });
    }
    function fitting(hits, filters) {
      if (!Object.keys(filters).length) return hits;
      return cards().then(function (found) {
        return hits.filter(function (hit) { return fits(found[hit.place], filters); });
      });
    }
    /** How many pages a group has: those of titles and headings are larger. */
    function size(part) { return part ? data.wide : data.group; }
    function groupsOf(hits, part) {
      var seen = {};
      hits.forEach(function (hit) { seen[Math.floor(hit.place / size(part))] = true; });
      return Object.keys(seen).map(Number);
    }
    /** Hits with their ranks, asked of the index: each tier where the one before was found. */
    function byIndex(hits, terms) {
      var ranks = {};
      function tier(wanted, part, rank) {
        return function (above) {
          if (!above.length) return above;
          return both(wanted, part, groupsOf(above, part)).then(function (found) {
            found.forEach(function (hit) { ranks[hit.place] = rank; });
            return found;
          });
        };
      }
      var whole = terms[0].map(function (s) { return "^" + s + "$"; });
      return Promise.resolve(hits)
        .then(tier(terms, "heading", 2)) // a page's title is one of its headings there
        .then(tier(terms, "title", 1))
        .then(terms.length === 1 ? tier([whole], "title", 0) : null)
        .then(function () {
          hits.forEach(function (hit) { hit.rank = hit.place in ranks ? ranks[hit.place] : 3; });
          return hits;
        });
    }
    /** Hits with their ranks, read in the pages: for queries of which Pagefind saw a part only. */
    function byReading(hits, terms) {
      return Promise.all(hits.map(page)).then(function (pages) {
        hits.forEach(function (hit, n) { hit.rank = rankOf(pages[n], terms); });
        return hits.filter(matching);
      });
    }
    function page(hit) {
      read[hit.place] = read[hit.place] || hit.result.data().then(function (fragment) {
        return fromFragment(fragment, letters(Math.floor(hit.place / data.group)), data.map);
      });
      return read[hit.place];
    }
    function cut(spelling) { return Array.from(spelling).slice(0, LONG).join(""); }
    return {
      find: function (terms, filters) {
        var part = terms.slice(0, TERMS).map(function (term) { return term.map(cut); });
        var whole = String(part) === String(terms);
        return both(part, "", all).then(function (hits) { return fitting(hits, filters); })
          .then(function (hits) {
            if (!hits.length) return hits;
            return whole ? byIndex(hits, terms) : byReading(hits, terms);
          })
          .then(function (hits) { return Promise.all(parts).then(function () { return hits; }); });
      },
      page: page
    };
  }

  // Engine 2: the whole text

  /** @returns {Promise<Engine>} */
  function plain(data) {
    return load("assets/search-text.js").then(function () {
      var pages = window.handbookSearchText.map(function (row) {
        return {
          url: row[0],
          title: row[1],
          kind: row[2],
          name: fold(squeeze(row[1]), data.map),
          card: row,
          blocks: row[6].map(function (b) { return toBlock(b[0], b[1], !!b[2], b[3] || ""); })
        };
      });
      return {
        find: function (terms, filters) {
          return Promise.resolve(pages.map(function (page, place) {
            return { place: place, rank: fits(page.card, filters) ? rankOf(page, terms) : NONE };
          }).filter(matching));
        },
        page: function (hit) { return Promise.resolve(pages[hit.place]); }
      };
    });
  }

  // Choosing an engine

  var chosen = {};

  /** The engine of a kind, made once; after a failure, again. */
  function engine(make, data) {
    var name = make.name;
    chosen[name] = chosen[name] || make(data);
    chosen[name].catch(function () { delete chosen[name]; });
    return chosen[name];
  }

  function able() {
    try {
      return typeof WebAssembly === "object" && typeof Array.from === "function" &&
        new RegExp("\\p{L}", "u").test("一");
    } catch (error) {
      return false;
    }
  }

  var failed = false; // once Pagefind failed, the second engine answers

  /** Ask Pagefind if it can, else or if it fails the second engine. */
  function answered(terms, data, ask) {
    // rare characters: Pagefind's copy uses them for something else
    var rare = terms.some(function (term) { return /[\ud840-\ud8ff]/.test(term[0]); });
    if (failed || onDisk || rare || !data.pagefind || !able()) return engine(plain, data).then(ask);
    return engine(pagefind, data).then(ask).catch(function () {
      return engine(plain, data).then(function (second) {
        failed = true;
        return ask(second);
      });
    });
  }

  // The answer

  /** Hits by rank, else in the order of the site. */
  function ordered(hits) {
    return hits.sort(function (a, b) { return a.rank - b.rank || a.place - b.place; });
  }

  function shown(engine, hits, terms) {
    return Promise.all(hits.map(function (hit) {
      return engine.page(hit).then(function (page) { return toResult(page, terms); });
    }));
  }

  /** What is found by other names only. */
  function also(engine, terms, filters, data, hits, room) {
    var others = otherwise(terms, data);
    if (!others || room <= 0) return [];
    var seen = {};
    hits.forEach(function (hit) { seen[hit.place] = true; });
    return engine.find(others, filters).then(function (found) {
      var fresh = ordered(found).filter(function (hit) { return !seen[hit.place]; });
      return shown(engine, fresh.slice(0, room), others);
    }).then(function (results) {
      results.forEach(function (result) { result.synonym = true; });
      return results;
    });
  }

  /** The number of hits for each value of each facet. */
  function counted(hits) {
    return cards().then(function (found) {
      var facets = { kind: {}, field: {}, status: {}, unit: {} };
      hits.forEach(function (hit) {
        values(found[hit.place]).forEach(function (own, number) {
          own.forEach(function (value) {
            var counts = facets[FACETS[number]];
            counts[value] = (counts[value] || 0) + 1;
          });
        });
      });
      return facets;
    });
  }

  function clean(filters) {
    var kept = {};
    FACETS.forEach(function (name) {
      var wanted = filters && filters[name] ? [].concat(filters[name]).map(String) : [];
      if (wanted.length) kept[name] = wanted;
    });
    return kept;
  }

  /**
   * All pages whose text contains the query, the best first; then those found by other names.
   * @param {string} query
   * @param {{filters?: Filters, limit?: number, facets?: boolean}} [options]  facets: count them too
   * @returns {Promise<Answer>}
   */
  function search(query, options) {
    var filters = clean(options && options.filters);
    var limit = options && options.limit >= 0 ? Math.floor(options.limit) : 20;
    var wanted = options && options.facets;
    return tables().then(function (data) {
      var terms = parse(query, data.map);
      if (!terms.length) return { total: 0, results: [] };
      return answered(terms, data, function (engine) {
        return engine.find(terms, filters).then(function (found) {
          var hits = ordered(found);
          return Promise.all([
            shown(engine, hits.slice(0, limit), terms),
            also(engine, terms, filters, data, hits, limit - hits.length),
            wanted ? counted(hits) : null
          ]).then(function (parts) {
            var answer = { total: hits.length, results: parts[0].concat(parts[1]) };
            if (wanted) answer.facets = parts[2];
            return answer;
          });
        });
      });
    });
  }

  function pairs(text) {
    return text.slice(0, -1).split("").map(function (c, place) { return c + text.charAt(place + 1); });
  }

  /** Pages whose titles share most pairs of characters with a query that found nothing. */
  function nearest(query) {
    return Promise.all([cards(), tables()]).then(function (both) {
      var asked = pairs(fold(squeeze(String(query)).slice(0, 100), both[1].map));
      return both[0].map(function (card) {
        var own = pairs(fold(squeeze(card[1]), both[1].map));
        var shared = own.filter(function (pair) { return asked.indexOf(pair) >= 0; }).length;
        return { url: address(card[0], ""), title: card[1], score: shared / (own.length + asked.length || 1) };
      }).filter(function (near) { return near.score > 0; })
        .sort(function (a, b) { return b.score - a.score; }).slice(0, 5);
    });
  }

  /** Where a query's terms stand in a printed text. @returns {Promise<function(string): number[][]>} */
  function finder(query) {
    return tables().then(function (data) {
      var terms = parse(query, data.map);
      return function (text) { return spans(fold(text, data.map), terms); };
    });
  }

  window.handbook = window.handbook || {};
  window.handbook.search = search;
  window.handbook.nearest = nearest;
  window.handbook.finder = finder;
})();
