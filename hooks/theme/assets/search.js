/* Search behind window.handbook.search: Pagefind where it runs, else the whole text in one script.
   Both answer the same, in the same order. No dependencies; a classic script, so that it also runs
   from file://. */
(function () {
  "use strict";

  /** @typedef {{id: string, text: string, heading: boolean}} Block */
  /** @typedef {{url: string, title: string, kind: string, blocks: Block[]}} Page */
  /** @typedef {{url: string, heading: string, excerpt: string}} Section */
  /** @typedef {{url: string, title: string, kind: string, sections: Section[], synonym?: true}} Hit */
  /** @typedef {{kind?: string, field?: string, status?: string, unit?: string}} Filters */
  /** @typedef {Object<string, Object<string, number>>} Facets */
  /** @typedef {{total: number, results: Hit[], facets?: Facets}} Answer */
  /** @typedef {string[][]} Terms  each term as its spellings: 第12条 is also 第十二条 */

  var script = document.currentScript;
  var root = new URL("../", script.src).href;
  var onDisk = location.protocol === "file:";
  var BARRIER = "ꙮ";
  var FACETS = ["kind", "field", "status", "unit"];
  var SECTIONS = 50; // hits shown of one page
  var AROUND = 30; // characters of an excerpt on either side
  var TERMS = 12;
  var LENGTH = 100; // characters of a term

  // Loading

  var loading = {};

  /** Load a classic script once. */
  function load(path) {
    if (!loading[path]) {
      loading[path] = new Promise(function (resolve, reject) {
        var element = document.createElement("script");
        element.src = root + path;
        element.onload = resolve;
        element.onerror = function () { reject(new Error(path)); };
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
        Array.prototype.forEach.call(data.fold[0], function (old, place) {
          data.map[old] = data.fold[1][place];
        });
        data.map['"'] = data.map["＂"] = "“";
        data.map["○"] = "〇";
        data.known = {};
        Array.prototype.forEach.call(data.characters, function (c) { data.known[c] = true; });
      }
      return data;
    });
  }

  // Queries

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

  var DIGITS = "〇一二三四五六七八九";

  function toChinese(number) {
    var text = "";
    var units = ["", "十", "百", "千"];
    var figures = String(number).split("").map(Number);
    figures.forEach(function (figure, place) {
      var unit = units[figures.length - 1 - place];
      if (figure) text += DIGITS.charAt(figure) + unit;
      else if (text && !/零$/.test(text)) text += "零";
    });
    return text.replace(/零$/, "").replace(/^一十/, "十");
  }

  function toNumber(text) {
    var total = 0;
    var current = 0;
    for (var n = 0; n < text.length; n += 1) {
      var c = text.charAt(n);
      var unit = { 十: 10, 百: 100, 千: 1000 }[c];
      var digit = c === "零" ? 0 : DIGITS.indexOf(c);
      if (unit) { total += (current || 1) * unit; current = 0; } else current = digit;
    }
    return total + current;
  }

  /** A term as written, and with the numbers of its provisions written the other way. */
  function spellings(term) {
    var arabic = term.replace(/第(\(?)([一二三四五六七八九十百千零]{1,7})(\)?)(?=[条款项章节编目])/g,
      function (all, open, number, close) { return "第" + open + toNumber(number) + close; });
    var chinese = term.replace(/第(\(?)(\d{1,4})(\)?)(?=[条款项章节编目])/g,
      function (all, open, number, close) { return "第" + open + toChinese(+number) + close; });
    return [term, chinese, arabic].filter(function (text, place, all) {
      return text && all.indexOf(text) === place;
    });
  }

  /** A query as folded terms: blanks part them, a quoted phrase is one. @returns {Terms} */
  function parse(query, map) {
    var found = [];
    var pattern = /["“”＂]([^"“”＂]*)["“”＂]|(\S+)/g;
    var text = String(query).replace(/[\u0000-\u001f\u007f\ud800-\udfff\ue000-\uf8ff]/g, surrogate);
    for (var match = pattern.exec(text); match && found.length < TERMS; match = pattern.exec(text)) {
      var word = match[1] === undefined ? match[2].replace(/^["“”＂]+|["“”＂]+$/g, "") : match[1];
      var term = fold(word.replace(/[\s\u200b-\u200d\u2060\ufeff]+/g, ""), map).slice(0, LENGTH);
      if (term) found.push(spellings(term));
    }
    return found;

    function surrogate(c, place, whole) {
      var code = c.charCodeAt(0);
      var next = whole.charCodeAt(place + 1);
      var before = whole.charCodeAt(place - 1);
      if (code >= 0xd800 && code <= 0xdbff && next >= 0xdc00 && next <= 0xdfff) return c;
      if (code >= 0xdc00 && code <= 0xdfff && before >= 0xd800 && before <= 0xdbff) return c;
      return " ";
    }
  }

  // What a page shows of itself

  function escape(text) {
    return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
      .replace(/"/g, "&quot;").replace(/'/g, "&#39;");
  }

  /** Folded text as it is usually printed: full-width marks beside Chinese characters. */
  function printed(text) {
    return text.replace(/([\u3400-\u9fff）》”])([(),:;?!])|([(),:;?!])(?=[\u3400-\u9fff《（“])/g,
      function (all, before, after, mark) {
        return (before || "") + String.fromCharCode((after || mark).charCodeAt(0) + 0xfee0);
      });
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
    var parts = [start ? "…" : ""];
    var at = start;
    found.forEach(function (span) {
      if (span[0] >= end) return;
      parts.push(escape(printed(text.slice(at, span[0]))));
      parts.push("<mark>", escape(printed(text.slice(span[0], Math.min(span[1], end)))), "</mark>");
      at = Math.min(span[1], end);
    });
    parts.push(escape(printed(text.slice(at, end))), end < text.length ? "…" : "");
    return parts.join("");
  }

  function address(url, id) {
    var path = onDisk ? url + "index.html" : url;
    return root + path + (id ? "#" + encodeURIComponent(id) : "");
  }

  /** @param {Page} page @param {Terms} terms @returns {Section[]} */
  function sections(page, terms) {
    var found = [];
    var heading = "";
    page.blocks.forEach(function (block) {
      var article = /^第[^条]{1,9}条(?:之[一二三四五六七八九十]+)?/.exec(block.text);
      if (block.heading) heading = printed(block.text);
      else if (article && /(?:^|__)art_\d+(?:_\d+)?__para_1$/.test(block.id)) heading = article[0];
      var marks = spans(block.text, terms);
      if (!marks.length || found.length >= SECTIONS) return;
      found.push({
        url: address(page.url, block.id),
        heading: heading || page.title,
        excerpt: excerpt(block.text, marks)
      });
    });
    return found;
  }

  /** @param {Page} page @returns {Hit} */
  function hit(page, terms) {
    return {
      url: address(page.url, ""),
      title: page.title,
      kind: page.kind,
      sections: sections(page, terms)
    };
  }

  // Engine 1: Pagefind

  /** @returns {Promise<{find: function, page: function}>} */
  function pagefind() {
    return importModule(root + "pagefind/pagefind.js").then(function (engine) {
      return Promise.resolve(engine.options({ noWorker: true, baseUrl: "/" })).then(function () {
        return engine.init();
      }).then(function () {
        var places; // of all pages, in the order of the site
        var parsed = {};
        function ask(query) {
          return engine.search(query, { sort: { order: "asc" } })
            .then(function (found) { return found.results; });
        }
        return {
          /** All hits of a phrase, in the order of the site. */
          find: function (phrase) { return ask('"' + phrase + '"'); },
          order: function () {
            places = places || ask(null).then(function (all) {
              var map = {};
              all.forEach(function (result, place) { map[result.id] = place; });
              return map;
            });
            return places;
          },
          page: function (result) {
            parsed[result.id] = parsed[result.id] || result.data().then(fromFragment);
            return parsed[result.id];
          }
        };
      });
    });
  }

  function importModule(url) {
    try {
      return new Function("url", "return import(url)")(url);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** A page out of what Pagefind kept of the copy: single characters, private ones for anchors. */
  function fromFragment(data) {
    var blocks = [];
    data.content.split(BARRIER).reduce(function (text, rest) {
      var tail = /^[ .]*([\ue100-\ue1ff]*)/.exec(rest);
      if (tail[1]) blocks.push(block(text, tail[1]));
      return rest.slice(tail[0].length);
    });
    return { url: data.meta.u || "", title: data.meta.t, kind: data.meta.k, blocks: blocks };
  }

  function block(text, hidden) {
    var bytes = "";
    for (var n = 0; n < hidden.length; n += 1) {
      bytes += "%" + (0x100 + hidden.charCodeAt(n) - 0xe100).toString(16).slice(1);
    }
    var name = decodeURIComponent(bytes);
    return { id: name.slice(1), text: text.replace(/ /g, ""), heading: name.charAt(0) === "#" };
  }

  /** Single characters; those of titles and headings are moved, as search.py moved them. */
  function apart(text, part, data) {
    var to = data.shift[part];
    return Array.from(text).map(function (c) {
      var code = c.codePointAt(0);
      if (!to) return c;
      if (code >= 0x4e00 && code <= 0x9fff) return String.fromCodePoint(to[0] + code - 0x4e00);
      return String.fromCodePoint(to[1] + data.others.indexOf(c));
    }).join(" ");
  }

  /** Whether every character of a text is one that Pagefind can have indexed there. */
  function indexed(text, part, data) {
    return Array.from(text).every(function (c) {
      if (part) return /[\u4e00-\u9fff]/.test(c) || data.others.indexOf(c) >= 0;
      return data.known[c] || /[\p{L}\p{N}]/u.test(c);
    });
  }

  /** The phrase engine as { find(terms, filters), page(hit) }: hits in order, with their rank. */
  function ranked(engine, data) {
    function phrase(spelling, part) {
      if (!indexed(spelling, part, data)) return Promise.resolve([]);
      return engine.find(apart(spelling, part, data));
    }
    function term(spellings, part) {
      return Promise.all(spellings.map(function (s) { return phrase(s, part); }))
        .then(function (answers) {
          return answers.length === 1 ? answers[0] : engine.order().then(function (places) {
            return union(answers, places);
          });
        });
    }
    function ids(terms, part) {
      return Promise.all(terms.map(function (t) { return term(t, part); })).then(intersect);
    }
    function fitting(hits, filters) {
      if (!Object.keys(filters).length) return hits;
      return Promise.all([pages(), engine.order()]).then(function (both) {
        return hits.filter(function (h) { return fits(both[0][both[1][h.id]], filters); });
      });
    }
    return {
      find: function (terms, filters) {
        return ids(terms, "").then(function (found) {
          return fitting(found, filters);
        }).then(function (found) {
          if (!found.length) return found;
          var whole = terms.length === 1 ? terms[0].map(function (s) { return "^" + s + "$"; }) : null;
          return Promise.all([
            whole ? term(whole, "title") : [],
            ids(terms, "title"),
            ids(terms, "heading")
          ]).then(function (tiers) {
            var rank = {};
            tiers.reverse().forEach(function (tier, place) {
              tier.forEach(function (h) { rank[h.id] = 2 - place; });
            });
            return found.map(function (h) {
              return { id: h.id, data: h.data, rank: h.id in rank ? rank[h.id] : 3 };
            });
          });
        });
      },
      page: engine.page,
      places: function (hits) {
        return engine.order().then(function (places) {
          return hits.map(function (h) { return places[h.id]; });
        });
      }
    };
  }

  /** Hits that are in any of the answers, in the order of the site. */
  function union(answers, places) {
    var seen = {};
    answers.forEach(function (hits) { hits.forEach(function (h) { seen[h.id] = h; }); });
    return Object.keys(seen).map(function (id) { return seen[id]; })
      .sort(function (a, b) { return places[a.id] - places[b.id]; });
  }

  /** Hits that are in all of the answers, in the order of the first. */
  function intersect(answers) {
    var rest = answers.slice(1).map(function (hits) {
      return new Set(hits.map(function (h) { return h.id; }));
    });
    return answers[0].filter(function (h) {
      return rest.every(function (set) { return set.has(h.id); });
    });
  }

  // Engine 2: the whole text

  function plain() {
    return load("assets/search-text.js").then(function () {
      var pages = window.handbookSearchText.map(function (row, place) {
        return {
          id: place,
          url: row[0],
          title: row[1],
          kind: row[2],
          card: row,
          blocks: row[6].map(function (b) { return { id: b[0], text: b[1], heading: !!b[2] }; })
        };
      });
      return tables().then(function (data) {
        pages.forEach(function (page) { page.name = fold(page.title.replace(/\s+/g, ""), data.map); });
        return {
          find: function (terms, filters) { return Promise.resolve(scan(pages, terms, filters)); },
          page: function (h) { return Promise.resolve(h.page); },
          places: function (hits) { return Promise.resolve(hits.map(function (h) { return h.id; })); }
        };
      });
    });
  }

  function scan(pages, terms, filters) {
    var hits = [];
    pages.forEach(function (page) {
      if (!fits(page.card, filters)) return;
      function everywhere(texts) {
        return terms.every(function (term) {
          return term.some(function (spelling) {
            return texts.some(function (text) { return text.indexOf(spelling) >= 0; });
          });
        });
      }
      var texts = page.blocks.map(function (b) { return b.text; });
      if (!everywhere(texts)) return;
      var heads = page.blocks.filter(function (b) { return b.heading; }).map(function (b) { return b.text; });
      var equal = terms.length === 1 && terms[0].indexOf(page.name) >= 0;
      var rank = equal ? 0 : everywhere([page.name]) ? 1 : everywhere(heads) ? 2 : 3;
      hits.push({ id: page.id, rank: rank, page: page });
    });
    return hits;
  }

  /** The values of a page for each of FACETS; card: a row of search-pages.js. */
  function values(card) {
    return [[card[2]], card[3], card[4], card[5]];
  }

  function fits(card, filters) {
    var own = values(card);
    return FACETS.every(function (name, number) {
      return !filters[name] || own[number].indexOf(filters[name]) >= 0;
    });
  }

  // Choosing an engine, and the answer

  var chosen;

  function engine() {
    if (!chosen) {
      chosen = tables().then(function (data) {
        if (onDisk || typeof WebAssembly !== "object" || !canUnicode()) return plain();
        return pagefind().then(function (e) { return ranked(e, data); }).catch(plain);
      });
    }
    return chosen;
  }

  /** Whether a query has characters that Pagefind's copy uses for something else. */
  function rare(terms) {
    return terms.some(function (term) { return /[\ud840-\ud8ff]/.test(term[0]); });
  }

  function canUnicode() {
    try {
      return new RegExp("\\p{L}", "u").test("一") && typeof Array.from === "function";
    } catch (error) {
      return false;
    }
  }

  /** Pages in order: rank first, else as the engine gave them. */
  function ordered(hits) {
    return hits.map(function (h, place) { return [h, place]; })
      .sort(function (a, b) { return a[0].rank - b[0].rank || a[1] - b[1]; })
      .map(function (pair) { return pair[0]; });
  }

  /** Other names of what the query names, as terms. */
  function synonyms(terms, data) {
    if (terms.length !== 1) return [];
    var asked = terms[0][0];
    var found = [];
    data.synonyms.forEach(function (group) {
      if (group.indexOf(asked) < 0) return;
      group.forEach(function (name) { if (name !== asked && name.indexOf(asked) < 0) found.push([[name]]); });
    });
    return found.slice(0, 6);
  }

  function clean(filters) {
    var kept = {};
    FACETS.forEach(function (name) {
      if (filters && filters[name]) kept[name] = String(filters[name]);
    });
    return kept;
  }

  /**
   * @param {string} query
   * @param {{filters?: Filters, limit?: number, facets?: boolean}} [options]  facets: count them too
   * @returns {Promise<Answer>}
   */
  function search(query, options) {
    var filters = clean(options && options.filters);
    var limit = options && options.limit !== undefined ? options.limit : 20;
    return tables().then(function (data) {
      var terms = parse(query, data.map);
      if (!terms.length) return { total: 0, results: [] };
      return (rare(terms) ? plain() : engine()).then(function (e) {
        return e.find(terms, filters).then(function (found) {
          var hits = ordered(found);
          return shown(e, hits.slice(0, limit), terms).then(function (results) {
            return also(e, terms, filters, data, hits, limit - results.length).then(function (more) {
              var answer = { total: hits.length, results: results.concat(more) };
              return options && options.facets ? counted(e, hits, answer) : answer;
            });
          });
        });
      });
    });
  }

  function shown(e, hits, terms) {
    return Promise.all(hits.map(function (h) {
      return e.page(h).then(function (page) { return hit(page, terms); });
    }));
  }

  function pages() {
    return load("assets/search-pages.js").then(function () { return window.handbookSearchPages; });
  }

  /** The answer with the number of hits for each value of each facet. */
  function counted(e, hits, answer) {
    return Promise.all([pages(), e.places(hits)]).then(function (both) {
      answer.facets = { kind: {}, field: {}, status: {}, unit: {} };
      both[1].forEach(function (place) {
        values(both[0][place]).forEach(function (own, number) {
          own.forEach(function (value) {
            var counts = answer.facets[FACETS[number]];
            counts[value] = (counts[value] || 0) + 1;
          });
        });
      });
      return answer;
    });
  }

  /** Pages whose titles share most pairs of characters with a query that found nothing. */
  function nearest(query) {
    return Promise.all([pages(), tables()]).then(function (both) {
      var asked = pairs(fold(String(query).replace(/\s+/g, "").slice(0, LENGTH), both[1].map));
      return both[0].map(function (card) {
        var own = pairs(fold(card[1].replace(/\s+/g, ""), both[1].map));
        var shared = own.filter(function (pair) { return asked.indexOf(pair) >= 0; }).length;
        return { url: address(card[0], ""), title: card[1], score: shared / (own.length + asked.length || 1) };
      }).filter(function (near) { return near.score > 0; })
        .sort(function (a, b) { return b.score - a.score; }).slice(0, 5);
    });
  }

  function pairs(text) {
    return Array.prototype.map.call(text.slice(0, -1), function (c, place) { return c + text.charAt(place + 1); });
  }

  /** Where a query's terms stand in a printed text. @returns {Promise<function(string): number[][]>} */
  function finder(query) {
    return tables().then(function (data) {
      var terms = parse(query, data.map);
      return function (text) { return spans(fold(text, data.map), terms); };
    });
  }

  /** What is found by other names only. */
  function also(e, terms, filters, data, hits, room) {
    var seen = new Set(hits.map(function (h) { return h.id; }));
    return synonyms(terms, data).reduce(function (before, other) {
      return before.then(function (results) {
        if (results.length >= room) return results;
        return e.find(other, filters).then(function (found) {
          var fresh = ordered(found).filter(function (h) { return !seen.has(h.id); });
          fresh.forEach(function (h) { seen.add(h.id); });
          return shown(e, fresh.slice(0, room - results.length), other).then(function (more) {
            more.forEach(function (result) { result.synonym = true; });
            return results.concat(more);
          });
        });
      });
    }, Promise.resolve([]));
  }

  window.handbook = window.handbook || {};
  window.handbook.search = search;
  window.handbook.nearest = nearest;
  window.handbook.finder = finder;
})();
