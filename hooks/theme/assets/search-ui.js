/* The search box, the results page, and the marks on the page that a result leads to. Talks to
   window.handbook.search only. A classic script, so that it also runs from file://. */
(function () {
  "use strict";
  var handbook = window.handbook;
  var box = document.querySelector(".find");
  if (!handbook || !handbook.search || !box) return;
  var NAMES = { kind: "类别", field: "领域", status: "效力", unit: "单位" };
  var PAUSE = 120; // milliseconds after the last key

  function make(tag, css, text) {
    var element = document.createElement(tag);
    if (css) element.className = css;
    if (text) element.textContent = text;
    return element;
  }

  /** Escaped HTML with <mark> only, as elements: anything else in it stays text. */
  function marked(css, excerpt) {
    var element = make("span", css);
    var area = document.createElement("textarea");
    excerpt.split(/(<mark>|<\/mark>)/).reduce(function (inside, part) {
      if (part === "<mark>") return true;
      if (part === "</mark>") return false;
      area.innerHTML = part.replace(/</g, "&lt;");
      if (area.value) element.appendChild(inside ? make("mark", "", area.value) : document.createTextNode(area.value));
      return inside;
    }, false);
    return element;
  }

  /** A result's address that also tells the page what to mark. */
  function target(url, query) {
    var parts = url.split("#");
    return parts[0] + "?h=" + encodeURIComponent(query) + (parts[1] ? "#" + parts[1] : "");
  }

  /** How many pages, in words; others: found by other names or by pinyin initials. */
  function said(answer) {
    var others = answer.results.length > 0;
    return answer.total ? "找到 " + answer.total + " 页" : others ? "按同义名称找到" : "没有找到";
  }

  /** One page with its hits, as a list item. */
  function item(result, query, most) {
    var entry = make("li", "hit");
    var head = make("a", "hit__page");
    head.href = target(result.url, query);
    head.appendChild(make("b", "", result.title));
    head.appendChild(make("span", "hit__kind", result.synonym ? result.kind + " · 同义" : result.kind));
    entry.appendChild(head);
    result.sections.slice(0, most).forEach(function (section) {
      var link = make("a", "hit__section");
      link.href = target(section.url, query);
      var own = marked("", section.excerpt).textContent === section.heading;
      if (!own) link.appendChild(make("span", "hit__heading", section.heading));
      link.appendChild(marked("hit__text", section.excerpt));
      entry.appendChild(link);
    });
    if (result.sections.length > most) {
      entry.appendChild(make("p", "hit__more", "本页还有 " + (result.sections.length - most) + " 处"));
    }
    return entry;
  }

  function nothing(list, query) {
    return handbook.nearest(query).then(function (near) {
      list.appendChild(make("li", "hit__none", "没有找到“" + query.slice(0, 40) + "”。" + (near.length ? "相近的页面：" : "")));
      near.forEach(function (page) {
        var entry = make("li", "hit");
        var link = make("a", "hit__page", page.title);
        link.href = page.url;
        entry.appendChild(link);
        list.appendChild(entry);
      });
    });
  }

  // The latest answer only: an earlier one that comes late is dropped

  function latest(show) {
    var asked = 0;
    return function (query, options) {
      var mine = (asked += 1);
      return handbook.search(query, options).then(function (answer) {
        if (mine === asked) return show(query, answer);
      }).catch(function () {
        if (mine === asked) return show(query, null);
      });
    };
  }

  // The box

  var input = box.querySelector("input");
  var panel = make("div", "find__panel");
  var list = make("ul", "find__list");
  var status = make("p", "find__status");
  var active = -1;
  var timer;
  var composing = false;
  panel.hidden = true;
  status.setAttribute("role", "status");
  status.setAttribute("aria-live", "polite");
  list.id = "__find";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "搜索结果");
  panel.appendChild(status);
  panel.appendChild(list);
  box.appendChild(panel);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-controls", "__find");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-autocomplete", "list");

  function links() { return list.querySelectorAll("a"); }

  function open(yes) {
    panel.hidden = !yes;
    input.setAttribute("aria-expanded", String(yes));
    if (!yes) choose(-1);
  }

  function choose(place) {
    var all = links();
    if (all[active]) all[active].removeAttribute("aria-selected");
    active = all.length ? (place + all.length) % all.length : -1;
    if (place < 0 && place !== -2) active = -1;
    if (place === -2) active = all.length - 1;
    if (all[active]) {
      all[active].setAttribute("aria-selected", "true");
      all[active].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", all[active].id);
    } else input.removeAttribute("aria-activedescendant");
  }

  var ask = latest(function (query, answer) {
    list.textContent = "";
    active = -1;
    if (!answer) { status.textContent = "搜索没有成功，请再试一次。"; open(true); return; }
    status.textContent = said(answer) + (answer.total > answer.results.length ? "，按回车看全部" : "");
    answer.results.forEach(function (result) { list.appendChild(item(result, query, 3)); });
    var done = answer.results.length ? Promise.resolve() : nothing(list, query);
    return done.then(function () {
      Array.prototype.forEach.call(links(), function (link, place) {
        link.id = "__find_" + place;
        link.setAttribute("role", "option");
      });
      open(document.activeElement === input);
    });
  });

  function typed() {
    clearTimeout(timer);
    if (composing) return;
    var query = input.value.trim();
    if (!query) { list.textContent = ""; status.textContent = ""; open(false); return; }
    timer = setTimeout(function () { ask(query, { limit: 8 }); }, PAUSE);
  }

  input.addEventListener("compositionstart", function () { composing = true; });
  input.addEventListener("compositionend", function () { composing = false; typed(); });
  input.addEventListener("input", typed);
  input.addEventListener("focus", function () { if (list.childNodes.length) open(true); });
  input.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") { open(false); input.blur(); }
    if (event.key === "ArrowDown") { event.preventDefault(); choose(active + 1); }
    if (event.key === "ArrowUp") { event.preventDefault(); choose(active <= 0 ? -2 : active - 1); }
    if (event.key === "Enter" && links()[active]) { event.preventDefault(); links()[active].click(); }
  });
  box.addEventListener("submit", function (event) { if (!input.value.trim()) event.preventDefault(); });
  document.addEventListener("click", function (event) { if (!box.contains(event.target)) open(false); });
  document.addEventListener("keydown", function (event) {
    var writing = /^(?:INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
    var slash = event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!slash && !((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k")) return;
    event.preventDefault();
    input.focus();
    input.select();
  });

  // The results page: what is asked and chosen stands in the address

  var results = document.querySelector(".results");
  if (results) resultsPage(results);

  function resultsPage(holder) {
    var now = new URLSearchParams(location.search);
    var filters = {};
    Object.keys(NAMES).forEach(function (name) { if (now.get(name)) filters[name] = now.get(name); });
    var query = now.get("q") || "";
    input.value = query;
    if (!query.trim()) { holder.appendChild(make("p", "hint", "在上面的搜索框里输入要找的词。")); return; }
    var show = latest(function (asked, answer) {
      holder.textContent = "";
      var count = make("p", "results__count", answer ? said(answer) + "：" + query.slice(0, 60) : "搜索没有成功，请再试一次。");
      count.setAttribute("role", "status");
      holder.appendChild(count);
      if (!answer) return;
      holder.appendChild(facets(answer.facets || {}));
      var all = make("ol", "results__list");
      holder.appendChild(all);
      answer.results.forEach(function (result) { all.appendChild(item(result, query, 8)); });
      if (!answer.results.length) return nothing(all, query);
      if (answer.total > answer.results.length) holder.appendChild(more(answer.results.length));
    });
    var limit = 30;
    show(query, { limit: limit, filters: filters, facets: true });

    function more(count) {
      var button = make("button", "results__more", "再看 30 页");
      button.type = "button";
      button.addEventListener("click", function () {
        limit = count + 30;
        show(query, { limit: limit, filters: filters, facets: true });
      });
      return button;
    }

    function facets(counts) {
      var bar = make("div", "results__facets");
      Object.keys(NAMES).forEach(function (name) {
        var values = Object.keys(counts[name] || {});
        if (filters[name] && values.indexOf(filters[name]) < 0) values.push(filters[name]);
        if (!values.length) return;
        var label = make("label", "", NAMES[name]);
        var select = make("select");
        select.appendChild(new Option("全部", ""));
        values.sort(function (a, b) { return (counts[name][b] || 0) - (counts[name][a] || 0); });
        values.forEach(function (value) {
          select.appendChild(new Option(value + "（" + (counts[name][value] || 0) + "）", value));
        });
        select.value = filters[name] || "";
        select.addEventListener("change", function () { go(name, select.value); });
        label.appendChild(select);
        bar.appendChild(label);
      });
      return bar;
    }

    function go(name, value) {
      var next = new URLSearchParams(location.search);
      if (value) next.set(name, value); else next.delete(name);
      location.search = next.toString();
    }
  }

  // Marks on the page that a result led to; Esc takes them away

  var wanted = new URLSearchParams(location.search).get("h");
  if (wanted) handbook.finder(wanted).then(mark);

  function mark(find) {
    var walker = document.createTreeWalker(document.querySelector(".md-content"), NodeFilter.SHOW_TEXT);
    var texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    texts.forEach(function (text) {
      find(text.data).reverse().forEach(function (span) {
        var rest = text.splitText(span[0]);
        rest.splitText(span[1] - span[0]);
        var element = make("mark", "found", rest.data);
        rest.parentNode.replaceChild(element, rest);
      });
    });
    document.addEventListener("keydown", function (event) {
      if (event.key !== "Escape") return;
      Array.prototype.forEach.call(document.querySelectorAll("mark.found"), function (element) {
        element.parentNode.replaceChild(document.createTextNode(element.textContent), element);
      });
    });
  }
})();
